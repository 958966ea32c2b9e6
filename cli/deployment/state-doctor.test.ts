import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { lockFolder } from "../../engine/state/layout.ts";
import type { LockOwner } from "../../operations/state/locks.ts";
import { TrialProject } from "../../testing/trial-project.ts";

const program = `
import { Topic } from "@pulumi/aws/sns/topic.js";
import { Provider } from "@pulumi/aws/provider.js";
const provider = new Provider("aws", { region: "us-east-1" });
new Topic("topic", { name: "trial-topic" }, { provider });
`;

jest.setTimeout(60_000);

let trial: TrialProject;
let host: http.Server;
let environment: Record<string, string>;

beforeEach(async () => {
  trial = new TrialProject(program);
  // The host of the runs: run 1 is over, run 2 goes on, and nothing is known of others.
  host = http.createServer((request, response) => {
    const run = request.url?.split("/").at(-1);
    if (run !== "1" && run !== "2") response.writeHead(404).end("{}");
    else response.end(JSON.stringify({ status: run === "1" ? "completed" : "in_progress" }));
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  environment = {
    GITHUB_TOKEN: "sentinel-token",
    GITHUB_API_URL: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
  };
});
afterEach(async () => {
  trial.remove();
  await new Promise((resolve) => host.close(resolve));
});

async function deadProcess(): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? 0;
}

test("each kind of lock is judged, none is touched in a dry run, and a repair releases what is certainly dead only", async () => {
  await trial.run(["up", "development"]);
  const folder = lockFolder({
    root: path.join(trial.directory, ".thorbis", "state"),
    project: "trial",
    stack: "development",
  });
  mkdirSync(folder, { recursive: true });
  const owner: LockOwner = {
    pid: process.pid,
    username: "someone",
    hostname: os.hostname(),
    timestamp: new Date().toISOString(),
  };
  const run = (id: number) => ({ ...owner, hostname: "runner", run: `thorbis/infrastructure/actions/runs/${id}` });
  const locks: Record<string, LockOwner> = {
    "dead.json": { ...owner, pid: await deadProcess() },
    "finished-run.json": run(1),
    "living.json": owner,
    "person.json": { ...owner, hostname: "elsewhere" },
    "running-run.json": run(2),
    "unknown-run.json": run(3),
  };
  for (const [name, lock] of Object.entries(locks)) writeFileSync(path.join(folder, name), JSON.stringify(lock));

  const look = await trial.run(["state", "doctor", "development", "--json"], environment);
  expect(look.code).toBe(4);
  const { locks: verdicts } = JSON.parse(look.out) as { locks: { action: string; reason: string }[] };
  expect(verdicts.map(({ action, reason }) => `${action}: ${reason.replace(/\d{2,}/, "PID")}`).sort()).toEqual([
    "keep: held by someone on elsewhere: ask them; age says nothing about a person",
    "keep: process PID of someone is running on this host",
    "keep: the run thorbis/infrastructure/actions/runs/2 is still going",
    "keep: the run thorbis/infrastructure/actions/runs/3 could not be asked about",
    "release: process PID of this host is gone",
    "release: the run thorbis/infrastructure/actions/runs/1 is over",
  ]);
  expect(readdirSync(folder).sort()).toEqual(Object.keys(locks));

  const mended = await trial.run(["state", "doctor", "development", "--repair"], environment);
  expect(readdirSync(folder).sort()).toEqual(["living.json", "person.json", "running-run.json", "unknown-run.json"]);
  expect(mended.code).toBe(4);
  expect(`${look.out}${look.err}${mended.out}${mended.err}`).not.toContain("sentinel-token");
});

test("a stack that nothing is wrong with is said to be well", async () => {
  await trial.run(["up", "development"]);
  expect(await trial.run(["state", "doctor", "development"])).toMatchObject({ code: 0, out: "nothing is wrong\n" });
});
