import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ServiceFailure } from "../failure.ts";
import { readIfPresent, writePrivate } from "../files.ts";

const run = promisify(execFile);

/** The exact versions of the emulator and of all it needs, relative to the checkout. */
const REQUIREMENTS = join("sandbox", "services", "requirements.txt");

/** The emulator's program; `undefined` when it, or this version of it, is not installed. */
export function findEmulator(root: string, venv: string): string | undefined {
  const installed = readIfPresent(join(venv, "installed.txt"));
  return installed === readFileSync(join(root, REQUIREMENTS), "utf8") ? join(venv, "bin", "ministack") : undefined;
}

export function emulatorInstallCommand(): string {
  return `python3 -m venv .thorbis/local/venv && .thorbis/local/venv/bin/pip install -r ${REQUIREMENTS}`;
}

/**
 * Installs the emulator into a Python environment of the checkout's own, from the package registry. It takes about
 * 6 s, once; afterwards no network is needed.
 */
export async function installEmulator(root: string, venv: string): Promise<string> {
  const requirements = join(root, REQUIREMENTS);
  try {
    await run("python3", ["-m", "venv", venv]);
    await run(join(venv, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
  } catch (cause) {
    throw new ServiceFailure(`the AWS emulator could not be installed: ${lastLine(cause)}`, {
      remedy: `it needs Python 3.10 or later with venv (sudo apt-get install python3-venv) and the package registry; by hand: ${emulatorInstallCommand()}`,
      cause,
    });
  }
  // Written last: an interrupted installation is not taken for a finished one.
  writePrivate(join(venv, "installed.txt"), readFileSync(requirements, "utf8"));
  return join(venv, "bin", "ministack");
}

function lastLine(cause: unknown): string {
  const text = typeof cause === "object" && cause !== null && "stderr" in cause ? String(cause.stderr) : String(cause);
  return text.trim().split("\n").at(-1) ?? "";
}
