import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Deploy, DeployFailed, DeployRefused, runDeploy, type Step } from "./pipeline.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "deploy-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const recordFile = () => path.join(folder, "deploys", "staging.json");

function pipeline(log: string[], failing: Set<string>): Deploy {
  const step = (name: string, readOnly: boolean): Step => ({
    name,
    readOnly,
    leaves: `${name} is done`,
    remedy: `mend ${name}`,
    run: async () => {
      log.push(name);
      if (failing.has(name)) throw new Error(`${name} broke`);
      return "fine";
    },
  });
  return {
    environment: "staging",
    commit: "abc",
    plan: "p1",
    recordFile: recordFile(),
    steps: [step("audit", true), step("migrate", false), step("apply", false), step("verify", true)],
  };
}

test("runs the steps in order and records each", async () => {
  const log: string[] = [];
  const record = await runDeploy(pipeline(log, new Set()));
  expect(log).toEqual(["audit", "migrate", "apply", "verify"]);
  expect(record.outcomes.map(({ status }) => status)).toEqual(["passed", "passed", "passed", "passed"]);
});

test("a failure stops the deploy, and says what state things are in and what to do", async () => {
  const log: string[] = [];
  const failure = await runDeploy(pipeline(log, new Set(["verify"]))).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DeployFailed);
  expect((failure as DeployFailed).message).toContain("state of staging: migrate is done; apply is done");
  expect((failure as DeployFailed).remedy).toContain(
    'mend verify; then run the same command again: it goes on at "verify"',
  );
});

test("a failure before any change says that nothing was changed", async () => {
  await expect(runDeploy(pipeline([], new Set(["audit"])))).rejects.toThrow("nothing was changed");
});

test("a second attempt repeats the judging steps and never the changing ones that passed", async () => {
  await runDeploy(pipeline([], new Set(["apply"]))).catch(() => undefined);
  const log: string[] = [];
  await runDeploy(pipeline(log, new Set()));
  expect(log).toEqual(["audit", "apply", "verify"]);
});

test("another commit is another deploy", async () => {
  await runDeploy(pipeline([], new Set()));
  const log: string[] = [];
  await runDeploy({ ...pipeline(log, new Set()), commit: "def" });
  expect(log).toEqual(["audit", "migrate", "apply", "verify"]);
});

test("refuses to go on with another plan than the one it was begun with", async () => {
  await runDeploy(pipeline([], new Set(["apply"]))).catch(() => undefined);
  await expect(runDeploy({ ...pipeline([], new Set()), plan: "p2" })).rejects.toThrow(DeployRefused);
});

test("refuses a record that it did not write, and leaves it alone", async () => {
  fs.mkdirSync(path.dirname(recordFile()));
  fs.writeFileSync(recordFile(), '{"version":9}');
  await expect(runDeploy(pipeline([], new Set()))).rejects.toThrow(DeployRefused);
  expect(fs.readFileSync(recordFile(), "utf8")).toBe('{"version":9}');
});

test("an abort is a failure of the step that it met, not a pass", async () => {
  const cancelled = new AbortController();
  cancelled.abort(new Error("cancelled by the operator"));
  await expect(runDeploy({ ...pipeline([], new Set()), signal: cancelled.signal })).rejects.toThrow(
    "cancelled by the operator",
  );
});
