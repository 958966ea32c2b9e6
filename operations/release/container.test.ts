import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ServiceRelease, type ServiceWalk } from "./container.ts";
import type { StopCondition } from "./stopping.ts";

const SHIFTED = "POST_PRODUCTION_TRAFFIC_SHIFT";

/** ECS as far as a release goes: it stops at its pauses, and moves on or back as it is told. */
class Ecs {
  readonly calls: string[] = [];
  readonly stages = ["POST_SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT", SHIFTED, "BAKE_TIME", "CLEAN_UP"];
  pauses = new Set(["POST_SCALE_UP", SHIFTED]);
  at = 0;
  status = "IN_PROGRESS";
  failsToGoBack = false;

  #move(): void {
    this.at += 1;
    if (this.at >= this.stages.length) this.status = "SUCCESSFUL";
  }

  #back(): void {
    this.status = this.failsToGoBack ? "ROLLBACK_FAILED" : "ROLLBACK_SUCCESSFUL";
  }

  answer(operation: string, body: { action?: string }): unknown {
    const stage = this.stages[this.at] ?? "";
    const paused = this.pauses.has(stage);
    if (operation === "ListServiceDeployments") {
      return { serviceDeployments: [brief("old", 1), brief("new", 2)] };
    }
    if (operation === "DescribeServiceDeployments") {
      const hook = { hookId: `hook-${stage}`, targetType: "PAUSE", status: "AWAITING_ACTION" };
      const seen = { serviceDeploymentArn: "new", status: this.status, lifecycleStage: stage };
      const described = { ...seen, lifecycleHookDetails: paused ? [hook] : [], statusReason: "the tasks are sick" };
      if (this.status === "IN_PROGRESS" && !paused) this.#move();
      return { serviceDeployments: [described] };
    }
    this.calls.push(`${operation} ${stage}${body.action ? ` ${body.action}` : ""}`);
    if (operation === "StopServiceDeployment" || body.action === "ROLLBACK") this.#back();
    else this.#move();
    return {};
  }
}
const brief = (arn: string, second: number) => ({ serviceDeploymentArn: arn, createdAt: second });

let server: http.Server;
let ecs: Ecs;
beforeEach(async () => {
  ecs = new Ecs();
  server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(ecs.answer(operation, JSON.parse(body))));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const release = () =>
  new ServiceRelease(
    { cluster: "helpdesk", service: "web" },
    new ECSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
    }),
  );
const quiet: StopCondition = { name: "alarms", holds: async () => undefined };
const ringsAt = (stage: string): StopCondition => ({
  name: "alarms",
  holds: async () => (ecs.stages.indexOf(stage) <= ecs.at ? "in alarm: errors" : undefined),
});
const walk = (...stopConditions: StopCondition[]): ServiceWalk & { told: string[] } => {
  const told: string[] = [];
  return { stopConditions, soakMilliseconds: 0, pollMilliseconds: 1, told, progress: (line) => void told.push(line) };
};

test("a release that nothing speaks against is let on at both pauses, and told stage by stage", async () => {
  const options = walk(quiet);
  expect(await release().walk(options)).toBe("complete");
  expect(ecs.calls).toEqual([
    "ContinueServiceDeployment POST_SCALE_UP CONTINUE",
    `ContinueServiceDeployment ${SHIFTED} CONTINUE`,
  ]);
  expect(options.told).toEqual([
    "its tasks are well; nobody sees them yet",
    "the visitors are moved",
    "it has all visitors; the old one stands by",
    "it has all visitors for its declared time; the old one stands by",
    "the old one goes",
  ]);
});

test("with all visitors it is watched for the whole soak before it may keep them", async () => {
  const options = { ...walk(quiet), soakMilliseconds: 60_000 };
  const cancelled = new AbortController();
  const progress = (line: string) => {
    // Long after the first pause, long before a minute is over.
    if (line.includes("all visitors;")) setTimeout(() => cancelled.abort(new Error("enough seen")), 50);
  };
  await expect(release().walk({ ...options, progress, signal: cancelled.signal })).rejects.toThrow("enough seen");
  expect(ecs.calls).toEqual(["ContinueServiceDeployment POST_SCALE_UP CONTINUE"]);
});

test("an alarm at a pause sends it back by the pause itself", async () => {
  ecs.at = ecs.stages.indexOf(SHIFTED);
  await expect(release().walk(walk(ringsAt(SHIFTED)))).rejects.toThrow("was taken back: alarms: in alarm: errors");
  expect(ecs.calls.at(-1)).toBe(`ContinueServiceDeployment ${SHIFTED} ROLLBACK`);
});

test("an alarm between pauses stops it, and its visitors go back", async () => {
  ecs.pauses = new Set();
  await expect(release().walk(walk(ringsAt("BAKE_TIME")))).rejects.toMatchObject({
    remedy: expect.stringContaining("the release before serves"),
  });
  expect(ecs.calls).toEqual(["StopServiceDeployment BAKE_TIME"]);
});

test("an alarm that cannot be asked stops it as well", async () => {
  const broken: StopCondition = { name: "alarms", holds: () => Promise.reject(new Error("no network")) };
  await expect(release().walk(walk(broken))).rejects.toThrow("alarms could not be judged");
});

test("going back that fails is told with the way out", async () => {
  ecs.failsToGoBack = true;
  await expect(release().walk(walk(ringsAt("POST_SCALE_UP")))).rejects.toMatchObject({
    message: expect.stringContaining("going back failed: the tasks are sick"),
    remedy: expect.stringContaining("./thorbis rollback"),
  });
});

test("a release that ECS took back by itself is no success", async () => {
  ecs.status = "ROLLBACK_IN_PROGRESS";
  await expect(release().walk(walk(quiet))).rejects.toThrow("did not come to its end: the tasks are sick");
});

test("where none is under way there is nothing to do", async () => {
  ecs.status = "SUCCESSFUL";
  expect(await release().walk(walk(quiet))).toBe("none");
  expect(await release().status()).toBe("no release is under way");
});
