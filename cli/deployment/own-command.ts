/** A command of this project as a step of a larger one: in a process of its own, with the words that a person would type. */
import { spawn } from "node:child_process";
import * as path from "node:path";
import { OperationFailure } from "../../operations/failure.ts";

/** Its output goes on to ours. @returns its last line @throws OperationFailure with its exit code when that is not 0 */
export function runThorbis(words: readonly string[], signal?: AbortSignal): Promise<string> {
  const main = path.join(import.meta.dirname, "..", "main.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
    ...(signal && { signal }),
  });
  let last = "";
  child.stdout.on("data", (chunk: Buffer) => {
    process.stdout.write(chunk);
    last = chunk.toString("utf8").trim().split("\n").at(-1) || last;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(last);
      else reject(new OperationFailure(`./thorbis ${words.join(" ")} ended with exit code ${code}`));
    });
  });
}
