import { setTimeout as sleep } from "node:timers/promises";
import { ServiceFailure } from "./failure.ts";
import { diskFull, readIfPresent } from "./files.ts";
import { isAlive, type ProcessRecord } from "./processes.ts";

/** Waits until a process answers. A process that ends meanwhile fails at once, with the last lines of its log. */
export async function waitUntilReady(
  name: string,
  record: ProcessRecord,
  log: string,
  answers: () => Promise<boolean>,
  timeoutMilliseconds = 30_000,
): Promise<void> {
  for (let waited = 0, pause = 10; waited < timeoutMilliseconds; waited += pause, pause = Math.min(pause * 1.5, 250)) {
    if (await answers()) return;
    if (!isAlive(record)) throw endedEarly(name, log);
    await sleep(pause);
  }
  throw new ServiceFailure(`${name} runs but has not answered for ${timeoutMilliseconds / 1000} s`, {
    remedy: `\`./thorbis local logs ${name}\` shows why`,
  });
}

function endedEarly(name: string, log: string): ServiceFailure {
  const lines = (readIfPresent(log) ?? "").trim().split("\n").slice(-5);
  if (lines.some((line) => line.includes("No space left on device"))) return diskFull(log, `${name} ran out of space`);
  return new ServiceFailure(`${name} ended while it started:\n${lines.map((line) => `  ${line}`).join("\n")}`, {
    remedy: `\`./thorbis local logs ${name}\` shows more`,
  });
}
