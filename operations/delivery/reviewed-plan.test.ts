import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { reviewedPlan } from "./reviewed-plan.ts";

let server: http.Server;
let pulls: unknown[];
let runs: unknown[];
beforeEach(async () => {
  pulls = [{ number: 7, merged_at: "2026-11-21T00:00:00Z", head: { sha: "head" } }];
  runs = [
    { id: 1, conclusion: "failure", created_at: "2026-11-20T00:00:00Z" },
    { id: 2, conclusion: "success", created_at: "2026-11-21T00:00:00Z" },
  ];
  server = http.createServer((request, response) => {
    response.end(JSON.stringify(request.url?.includes("/pulls") ? pulls : { workflow_runs: runs }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const find = () =>
  reviewedPlan(
    {
      api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      repository: "o/r",
      token: "t",
      workflow: "preview.yml",
    },
    "merge",
  );

test("is of the last run for the pull request's last commit", async () => {
  expect(await find()).toEqual({ run: 2, head: "head" });
});

test("is refused when the last run failed, although an earlier one succeeded", async () => {
  runs.push({ id: 3, conclusion: "failure", created_at: "2026-11-22T00:00:00Z" });
  await expect(find()).rejects.toThrow("did not succeed");
});

test("is refused for a commit that no pull request brought", async () => {
  pulls = [{ number: 8, merged_at: null, head: { sha: "open" } }];
  await expect(find()).rejects.toThrow("nobody reviewed a plan");
});
