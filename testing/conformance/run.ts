/**
 * npm run conformance -- SCENARIOS_DIR OUT_DIR [--transport in-process|grpc] [--plugin] [--engine pulumi] [NAME...]
 *
 * Runs scenario files on the embedded engine and writes one recording each. With --plugin the provider is a process;
 * with --engine pulumi the Pulumi CLI on PATH is recorded instead.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { recordOnCli } from "./cli.ts";
import { record, type Transport } from "./record.ts";
import { readScenario, scenarioNames } from "./scenario.ts";

const options = { transport: { type: "string" }, plugin: { type: "boolean" }, engine: { type: "string" } } as const;
const usage =
  "usage: npm run conformance -- SCENARIOS_DIR OUT_DIR [--transport in-process|grpc] [--plugin] [--engine embedded|pulumi] [NAME...]";
const transports: Transport[] = ["in-process", "grpc"];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [scenarios, out, ...names] = positionals;
  const transport = transports.find((known) => known === (values.transport ?? "in-process"));
  const onCli = values.engine === "pulumi";
  const knownEngine = onCli || (values.engine ?? "embedded") === "embedded";
  if (scenarios === undefined || out === undefined || transport === undefined || !knownEngine) {
    console.error(usage);
    process.exitCode = 2;
    return;
  }
  mkdirSync(out, { recursive: true });
  const compiled = mkdtempSync(join(tmpdir(), "conformance-compiled-"));
  for (const name of names.length > 0 ? names : scenarioNames(scenarios)) {
    try {
      const scenario = readScenario(scenarios, name);
      const environment = { NODE_COMPILE_CACHE: compiled };
      const recording = onCli
        ? recordOnCli(name, scenario)
        : await record(name, scenario, { transport, plugin: values.plugin ?? false, environment });
      writeFileSync(join(out, `${name}.json`), `${JSON.stringify(recording, null, 1)}\n`);
      console.log(name, recording.steps.map(({ command, exit }) => `${command}:${exit}`).join(" "));
    } catch (error) {
      console.error(name, "failed:", error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
  rmSync(compiled, { recursive: true, force: true });
}

void main();
