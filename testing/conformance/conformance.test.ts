/**
 * Every scenario of this folder, on the embedded engine over both transports and on the Pulumi CLI where one is on PATH.
 * The engine runs in processes of its own, as it does for people: a program is no module of a test.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cliVersion, recordOnCli } from "./cli.ts";
import { factsOf } from "./facts.ts";
import { type Recording, readScenario, type Scenario, scenarioNames } from "./scenario.ts";

const scenarios = join(__dirname, "scenarios");
const names = scenarioNames(scenarios);

/** A process for the program takes its time: a choice of scenarios, unless all are asked for. */
const overGrpc =
  process.env.CONFORMANCE === "all" ? names : ["lifecycle", "hidden-secrets", "program-fails", "no-default-providers"];

function check(scenario: Scenario, recording: Recording): void {
  const found = recording.steps.map((step) => factsOf(step));
  expect(found).toEqual(scenario.steps.map((step) => step.expect));
}

async function recordAll(transport: string, chosen: string[]): Promise<Map<string, Recording>> {
  const out = mkdtempSync(join(tmpdir(), "conformance-out-"));
  try {
    const runner = join(__dirname, "run.ts");
    await promisify(execFile)(process.execPath, [runner, scenarios, out, "--transport", transport, ...chosen]);
    return new Map(chosen.map((name) => [name, JSON.parse(readFileSync(join(out, `${name}.json`), "utf8"))]));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function recorded(recordings: Map<string, Recording>, name: string): Recording {
  const recording = recordings.get(name);
  if (recording === undefined) throw new Error(`${name} was not recorded`);
  return recording;
}

describe.each([
  ["in-process", names],
  ["grpc", overGrpc],
])("the embedded engine over %s", (transport, chosen) => {
  let recordings: Map<string, Recording>;
  beforeAll(async () => {
    recordings = await recordAll(transport, chosen);
  }, 900_000);

  it.each(chosen)("does as expected: %s", (name) => {
    check(readScenario(scenarios, name), recorded(recordings, name));
  });
});

const onCli = cliVersion() === undefined ? describe.skip : describe;

onCli("the Pulumi CLI", () => {
  it.each(names)(
    "does the same: %s",
    (name) => {
      const scenario = readScenario(scenarios, name);
      check(scenario, recordOnCli(name, scenario));
    },
    300_000,
  );
});
