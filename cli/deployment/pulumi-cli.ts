/**
 * The same command through the Pulumi CLI. On the sandbox it works on a generated overlay of the project, since
 * `plugins.providers` in the project's own Pulumi.yaml would replace the official providers for everybody.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { readProject } from "../../engine/config/project.ts";
import { readStackFile } from "../../engine/config/stack-file.ts";
import { Keyring } from "../../engine/secrets/keyring.ts";
import { readIfExists } from "../../engine/state/file.ts";
import type { StackReference } from "../../engine/state/layout.ts";
import { StackState } from "../../engine/state/stack-state.ts";
import { pulumiExecutable } from "./pulumi-executable.ts";
import { worldFolder } from "./sandbox.ts";
import { stateRoot } from "./session.ts";
import type { Target } from "./target.ts";
import { UsageError } from "./usage-error.ts";

export interface PulumiRun {
  directory: string;
  stack: string;
  target: Target;
  arguments: string[];
}

/** Exit code of the CLI, in our terms. Errors: {@link UsageError} when there is none. */
export async function runPulumi(options: PulumiRun): Promise<number> {
  const child = spawn(...(await invocation(options, "inherit")));
  return exitCodeOfCli(await ended(child));
}

/** What the CLI printed. Errors: {@link UsageError} when there is none, or when it failed; its own words went to stderr. */
export async function capturePulumi(options: PulumiRun): Promise<string> {
  const child = spawn(...(await invocation(options, "pipe")));
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await ended(child);
  if (code !== 0) {
    throw new UsageError(
      `pulumi ${options.arguments.join(" ")} failed with exit code ${code}`,
      "Read what it said above.",
      1,
    );
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function invocation(options: PulumiRun, output: "inherit" | "pipe"): Promise<[string, string[], SpawnOptions]> {
  const executable = await pulumiExecutable(options.target);
  const directory = path.resolve(options.directory);
  const overlay = options.target.world === "sandbox" ? await writeOverlay(directory, options.stack) : undefined;
  // Its language hosts stand beside it; last, so that the node of this project stays the first.
  const search = `${process.env.PATH ?? ""}${path.delimiter}${path.dirname(executable)}`;
  const environment = { ...process.env, PATH: search, ...overlay?.environment };
  const cwd = overlay?.directory ?? directory;
  return [
    executable,
    [...options.arguments, "--stack", options.stack],
    { cwd, env: environment, stdio: ["inherit", output, "inherit"] },
  ];
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status, signal) => resolve(signal ? 1 : (status ?? 1)));
  });
}

/** CLI 3.260 ends with 7 where changes were found and none expected. */
const exitCodeOfCli = (code: number): number => (code === 0 ? 0 : code === 7 ? 4 : 1);

interface Overlay {
  directory: string;
  environment: Record<string, string>;
}

/** The project as it is, by links, with the sandbox's plugins named and the sandbox's state, world and passphrase. */
export async function writeOverlay(directory: string, stack: string): Promise<Overlay> {
  const project = await readProject(directory);
  const { encryptionSalt } = await readStackFile(project, stack);
  const overlay = path.join(directory, ".thorbis", "overlay", stack);
  await rm(overlay, { recursive: true, force: true });
  await mkdir(overlay, { recursive: true });
  const own = new Set(["Pulumi.yaml", `Pulumi.${stack}.yaml`, ".thorbis", ".git"]);
  for (const name of await readdir(directory)) {
    if (!own.has(name)) await symlink(path.join(directory, name), path.join(overlay, name));
  }
  const plugins = path.join(import.meta.dirname, "..", "..", "sandbox", "plugins");
  const providers = await pluginsIn(plugins);
  const extend = async (name: string, key: string, value: unknown) => {
    const text = await readIfExists(path.join(directory, name));
    await writeFile(path.join(overlay, name), withKey(text ?? "", key, value));
  };
  await extend("Pulumi.yaml", "plugins", { providers });
  const keyring = new Keyring({ directory: path.join(directory, ".thorbis", "secrets"), environment: process.env });
  const root = stateRoot(project);
  const encryptionsalt = encryptionSalt ?? (await prepareState({ root, project: project.name, stack }, keyring));
  await extend(`Pulumi.${stack}.yaml`, "encryptionsalt", encryptionsalt);
  return {
    directory: overlay,
    environment: {
      PULUMI_BACKEND_URL: `file://${root}`,
      THORBIS_SANDBOX_DIR: worldFolder(project),
      ...(process.env.PULUMI_CONFIG_PASSPHRASE === undefined &&
        !process.env.PULUMI_CONFIG_PASSPHRASE_FILE && {
          PULUMI_CONFIG_PASSPHRASE_FILE: keyring.passphraseFile,
        }),
    },
  };
}

/** The rest stays as it is written: a date without its quotes is no string to the CLI's reader. */
function withKey(text: string, key: string, value: unknown): string {
  const document = parseDocument(text);
  document.set(key, document.createNode(value));
  return String(document);
}

/** The CLI works on stacks that exist, and knows nothing of our journal: what a killed run left is folded in first. */
async function prepareState(reference: StackReference, keyring: Keyring): Promise<string> {
  const state = new StackState(reference, keyring);
  const lock = await state.lock(`thorbis --engine pulumi ${reference.stack}`);
  try {
    const { snapshot, journal } = await state.beginRun();
    await journal.close(snapshot);
  } finally {
    await lock.release();
  }
  return (await state.sealer()).salt;
}

async function pluginsIn(folder: string): Promise<{ name: string; path: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return names.sort().map((name) => ({ name, path: path.join(folder, name) }));
}
