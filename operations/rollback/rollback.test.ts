import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ContainerService } from "./container.ts";
import { planRollback, type RollbackParts, requireDecisions, type Target } from "./plan.ts";
import { VercelProject } from "./vercel.ts";

type Handler = (method: string, url: URL, body: string, target: string) => unknown;
let server: http.Server;
let handle: Handler;
let status: number;
const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeEach(async () => {
  status = 200;
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const url = new URL(request.url ?? "/", "http://host");
      const target = String(request.headers["x-amz-target"] ?? "");
      const answer = handle(request.method ?? "", url, Buffer.concat(chunks).toString("utf8"), target);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

describe("an app on Vercel", () => {
  const project = () => new VercelProject("prj_1", { api: endpoint(), token: "sentinel-token", teamId: "team_1" });

  test("lists only deployments that can serve again, newest first", async () => {
    handle = (_, url) => {
      expect(url.searchParams.get("teamId")).toBe("team_1");
      return {
        deployments: [
          { uid: "old", created: 1 },
          { uid: "new", created: 3, meta: { githubCommitSha: "abc" } },
          { uid: "gone", created: 2, isRollbackCandidate: false },
        ],
      };
    };
    expect((await project().candidates()).map(({ id, commit }) => [id, commit])).toEqual([
      ["new", "abc"],
      ["old", undefined],
    ]);
  });

  test("is rolled back only when production really points at the older deployment", async () => {
    const calls: string[] = [];
    let production = "new";
    handle = (method, url) => {
      calls.push(`${method} ${url.pathname}`);
      if (method === "POST") return {};
      const answer = { targets: { production: { id: production } } };
      production = "old";
      return answer;
    };
    await project().rollBack("old", "bad release", 1);
    expect(calls).toEqual(["POST /v1/projects/prj_1/rollback/old", "GET /v9/projects/prj_1", "GET /v9/projects/prj_1"]);
  });

  test("is reported as not rolled back when production stays where it is", async () => {
    handle = (method) => (method === "POST" ? {} : { targets: { production: { id: "new" } } });
    await expect(project().rollBack("old", "bad", 1, 3)).rejects.toThrow("does not point there yet");
  });

  test("a refusal names the status and never the token", async () => {
    status = 403;
    handle = () => ({});
    const refusal = project().production();
    await expect(refusal).rejects.toThrow(/403/);
    await expect(refusal).rejects.not.toThrow(/sentinel/);
  });
});

describe("a container service", () => {
  const ecs = () =>
    new ECSClient({
      endpoint: endpoint(),
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
    });
  const arn = (revision: number, family = "helpdesk-web") =>
    `arn:aws:ecs:us-east-1:000000000000:task-definition/${family}:${revision}`;
  const service = () => new ContainerService({ cluster: "helpdesk", service: "web" }, ecs());

  test("goes back to the revision before the current one, of the same family", async () => {
    handle = (_, __, ___, target) =>
      target.endsWith("DescribeServices")
        ? { services: [{ taskDefinition: arn(7) }] }
        : { taskDefinitionArns: [arn(8), arn(7), arn(3, "helpdesk-web-other"), arn(5)] };
    expect(await service().previous()).toBe(arn(5));
  });

  test("has nothing to go back to when the current revision is the first", async () => {
    handle = (_, __, ___, target) =>
      target.endsWith("DescribeServices")
        ? { services: [{ taskDefinition: arn(1) }] }
        : { taskDefinitionArns: [arn(1)] };
    expect(await service().previous()).toBeUndefined();
  });

  test("is refused by name when it does not exist", async () => {
    handle = () => ({ services: [] });
    await expect(service().current()).rejects.toThrow("the service web does not exist in the cluster helpdesk");
  });
});

describe("a plan", () => {
  const log: string[] = [];
  const target = (name: string, before: string | undefined = "v1"): Target => ({
    name,
    now: "v2",
    before,
    goBack: async () => void log.push(name),
  });
  const parts = (overrides: Partial<RollbackParts>): RollbackParts => ({
    kind: "applications",
    reason: "errors",
    targets: [target("site"), target("worker")],
    backup: async () => "set-1",
    verify: async () => "all pass",
    ...overrides,
  });

  test("says what goes back to what and what is kept, before anything runs", () => {
    expect(planRollback(parts({ kind: "code" })).lines.join("\n")).toContain("site: v2 → v1");
    expect(planRollback(parts({ kind: "code" })).lines[0]).toContain("keeps its current schema");
    expect(log).toEqual([]);
  });

  test.each(["migrations", "restore"] as const)("of %s begins with a backup and ends with checks", (kind) => {
    const names = planRollback(parts({ kind, data: { describe: "to version 3", run: async () => "done" } })).steps.map(
      ({ name }) => name,
    );
    expect(names[0]).toBe("backup");
    expect(names.at(-1)).toBe("verify");
    expect(names).toContain("to version 3");
  });

  test("of data is refused when it is not said to what", () => {
    expect(() => planRollback(parts({ kind: "restore" }))).toThrow("needs to know to what");
  });

  test("is refused when a target has nothing to go back to", () => {
    const targets = [{ ...target("site"), before: undefined }];
    expect(() => planRollback(parts({ targets }))).toThrow("nothing to go back to: site");
  });
});

test("production is not rolled back without an answer to every decision", () => {
  expect(() => requireDecisions({ impact: "all users", fix: " " })).toThrow(
    /--fix.*\n.*--risk.*\n.*--told.*\n.*--cause/,
  );
  const answers = { impact: "a", fix: "b", risk: "c", told: "d", cause: "e" };
  expect(requireDecisions(answers)).toEqual(answers);
});
