import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { type ReleaseOptions, walkRelease } from "./rolling.ts";
import type { StopCondition } from "./stopping.ts";

/** A stand-in for the three calls of the API, with the stages that a stack would declare. */
class Vercel {
  readonly calls: string[] = [];
  stages = [10, 50, 100];
  active = 0;
  state: "ACTIVE" | "COMPLETE" | "ABORTED" = "ACTIVE";
  none = false;

  handle(method: string, path: string, body: string): unknown {
    if (method === "POST") this.calls.push(path);
    if (path.endsWith("/approve-stage")) {
      this.active = (JSON.parse(body) as { nextStageIndex: number }).nextStageIndex;
      if (this.active === this.stages.length - 1) this.state = "COMPLETE";
      return {};
    }
    if (path.includes("/rollback/")) {
      this.state = "ABORTED";
      return {};
    }
    if (this.none) return { rollingRelease: null };
    const stage = (index: number) =>
      index < this.stages.length ? { index, targetPercentage: this.stages[index], requireApproval: true } : null;
    return {
      rollingRelease: {
        state: this.state,
        currentDeployment: { id: "dpl_old" },
        canaryDeployment: { id: "dpl_new" },
        activeStage: stage(this.active),
        nextStage: stage(this.active + 1),
      },
    };
  }
}

let server: http.Server;
let vercel: Vercel;
beforeEach(async () => {
  vercel = new Vercel();
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname } = new URL(request.url ?? "/", "http://host");
      response.end(
        JSON.stringify(vercel.handle(request.method ?? "", pathname, Buffer.concat(chunks).toString("utf8"))),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const options = (stopConditions: StopCondition[], progress: string[] = []): ReleaseOptions => ({
  projectId: "prj_1",
  access: { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: "t" },
  stopConditions,
  progress: (line) => progress.push(line),
  pollMilliseconds: 1,
  soakMilliseconds: 1,
});

test("walks through every declared stage to the end", async () => {
  const progress: string[] = [];
  expect(await walkRelease(options([], progress))).toBe("complete");
  expect(progress).toEqual(["stage 1: 10 % of the traffic", "stage 2: 50 % of the traffic"]);
});

test.each([
  ["holds", async () => (vercel.active === 1 ? "error rate 7 %" : undefined), "error rate 7 %"],
  ["cannot be judged", async () => Promise.reject(new Error("no metrics")), "could not be judged"],
])("a stop condition that %s takes the canary out of traffic", async (_, holds, told) => {
  await expect(walkRelease(options([{ name: "errors", holds }]))).rejects.toThrow(told);
  expect(vercel.calls.at(-1)).toBe("/v1/projects/prj_1/rollback/dpl_old");
});

test("a release that somebody aborts is not reported as complete", async () => {
  vercel.state = "ABORTED";
  await expect(walkRelease(options([]))).rejects.toThrow("aborted by somebody else");
});

test("a project without a release is refused", async () => {
  vercel.none = true;
  await expect(walkRelease(options([]))).rejects.toThrow("has no rolling release");
});

test("nothing more is approved once the operator stops", async () => {
  const stopped = new AbortController();
  stopped.abort(new Error("stopped by the operator"));
  await expect(walkRelease({ ...options([]), signal: stopped.signal })).rejects.toThrow("stopped by the operator");
  expect(vercel.calls).toEqual([]);
});
