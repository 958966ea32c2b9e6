/** The same preview by both engines, side by side, where a `pulumi` is on PATH; says that it was skipped elsewhere. */
import { spawnSync } from "node:child_process";
import { commandLine } from "./command.ts";
import { figure, jsonFile, median, tell } from "./figures.ts";

const ROUNDS = 5;

function milliseconds(engine: "embedded" | "pulumi"): number {
  const started = performance.now();
  const words = ["preview", "development", "--engine", engine, "--no-policy-pack"];
  const { status, stderr } = spawnSync(process.execPath, [commandLine, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(`preview by ${engine} failed: ${stderr}`);
  return performance.now() - started;
}

if (spawnSync("pulumi", ["version"]).status !== 0) {
  process.stdout.write("skipped: no pulumi on PATH\n");
  tell([], jsonFile());
} else {
  const times = { embedded: [] as number[], pulumi: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const engine of ["embedded", "pulumi"] as const) times[engine].push(milliseconds(engine));
  }
  tell(
    [figure("preview of development, against the Pulumi CLI", "ms", median(times.pulumi), median(times.embedded), 0.4)],
    jsonFile(),
  );
}
