/** Where the Pulumi CLI is: on PATH, or where its npm launcher keeps what it has downloaded. */
import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import type { Target } from "./target.ts";
import { UsageError } from "./usage-error.ts";

/** The release of the launcher, and so of the CLI, that writes the state files which the embedded engine reads. */
const launched = "3.261.0";

const install = "Install it (https://www.pulumi.com/docs/install/)";

/**
 * Errors: {@link UsageError} when it is nowhere. Nothing is downloaded but for a sandbox, whose user said
 * `--engine pulumi`: what deploys to real accounts is installed by whoever answers for it.
 */
export async function pulumiExecutable({ world }: Target, environment = process.env): Promise<string> {
  const found = (await onPath("pulumi", environment)) ?? (await executable(launcherKeeps(environment)));
  if (found !== undefined) return found;
  if (world === "cloud") {
    throw new UsageError(
      "the Pulumi CLI is not on PATH",
      `${install}; CI does with the pinned action. The cloud is never reached without it.`,
    );
  }
  const failure = await launch(environment);
  const downloaded = await executable(launcherKeeps(environment));
  if (downloaded !== undefined) return downloaded;
  throw new UsageError(
    `the Pulumi CLI is not on PATH, and its npm launcher could not download it: ${failure}`,
    `${install}, or leave --engine out: the embedded engine needs no download.`,
  );
}

/** The place that the launcher names in its README. */
const launcherKeeps = (environment: NodeJS.ProcessEnv): string =>
  path.join(environment.PULUMI_HOME ?? path.join(homedir(), ".pulumi"), "versions", launched, "bin", "pulumi");

/** Runs the launcher, which downloads what is missing; resolves to what it said last. */
async function launch(environment: NodeJS.ProcessEnv): Promise<string> {
  const npx = await onPath("npx", environment);
  if (npx === undefined) return "npx is not on PATH";
  const words = ["--yes", `pulumi@${launched}`, "version"];
  const child = spawn(npx, words, { env: environment, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
    process.stderr.write(chunk);
  });
  return new Promise((resolve) => {
    child.once("error", ({ message }) => resolve(message));
    child.once("close", (code) => resolve(said.trim().split("\n").at(-1) || `it ended with ${code}`));
  });
}

async function onPath(name: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (environment.PATH ?? "").split(path.delimiter)) {
    // In a folder of npm's the launcher itself would answer to the name.
    if (folder === "" || (name === "pulumi" && folder.includes("node_modules"))) continue;
    const found = await executable(path.join(folder, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function executable(file: string): Promise<string | undefined> {
  try {
    await access(file, constants.X_OK);
    return file;
  } catch {
    return undefined;
  }
}
