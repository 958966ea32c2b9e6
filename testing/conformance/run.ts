/**
 * npm run conformance -- SCENARIOS_DIR OUT_DIR [--transport in-process|grpc] [NAME...]
 *
 * Runs scenario files on the embedded engine and writes one recording each. With --plugin the provider is a process.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { record, type Transport } from "./record.ts";
import { readScenario, scenarioNames } from "./scenario.ts";

const options = { transport: { type: "string" }, plugin: { type: "boolean" } } as const;
const transports: Transport[] = ["in-process", "grpc"];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [scenarios, out, ...names] = positionals;
  const transport = transports.find((known) => known === (values.transport ?? "in-process"));
  if (scenarios === undefined || out === undefined || transport === undefined) {
    console.error("usage: npm run conformance -- SCENARIOS_DIR OUT_DIR [--transport in-process|grpc] [NAME...]");
    process.exitCode = 2;
    return;
  }
  mkdirSync(out, { recursive: true });
  const compiled = mkdtempSync(join(tmpdir(), "conformance-compiled-"));
  for (const name of names.length > 0 ? names : scenarioNames(scenarios)) {
    try {
      const recording = await record(name, readScenario(scenarios, name), {
        transport,
        plugin: values.plugin ?? false,
        environment: { NODE_COMPILE_CACHE: compiled },
      });
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
