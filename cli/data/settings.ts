import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { messageOf, OperationFailure } from "../../operations/failure.ts";
import { type OperationSettings, parseSettings } from "../../operations/settings.ts";
import { withContainerSecrets } from "./container.ts";

const run = promisify(execFile);

/** What every data command understands. */
export interface DataFlags {
  environment: string;
  settings?: string;
  identity?: string;
  json?: boolean;
}

export function dataOptions(command: Command): Command {
  return command
    .option("--environment <name>", "the environment to work on", "development")
    .option("--settings <file>", "settings as JSON, instead of THORBIS_OPERATIONS or the stack's output `operations`")
    .option("--identity <file>", "age identity, instead of the one in the settings")
    .option("--json", "print the result as JSON; progress as JSON lines on the standard error");
}

/**
 * Settings from, in this order: --settings, THORBIS_OPERATIONS (the operations container), `.thorbis/operations/<environment>.json`,
 * the stack's output `operations`.
 */
export async function loadSettings(flags: DataFlags): Promise<OperationSettings> {
  const settings = parseSettings(withDefaults(flags.environment, await readUntrusted(flags)));
  if (settings.environment !== flags.environment) {
    throw new OperationFailure(`the settings are those of ${settings.environment}, not of ${flags.environment}`, {
      exitCode: 2,
    });
  }
  if (flags.identity === undefined || settings.backups === undefined) return settings;
  const identity = await readIdentity(flags.identity);
  return { ...settings, backups: { ...settings.backups, identity } };
}

/** The identity's line of a file as age-keygen writes it, with comments. */
async function readIdentity(path: string): Promise<string> {
  const lines = (await readText(path)).split("\n").map((line) => line.trim());
  const identity = lines.find((line) => line.startsWith("AGE-SECRET-KEY-"));
  if (identity !== undefined) return identity;
  throw new OperationFailure(`${path} holds no age identity`, { exitCode: 2, remedy: "Write one: age-keygen -o FILE" });
}

async function readUntrusted(flags: DataFlags): Promise<unknown> {
  if (flags.settings !== undefined) return parseJson(await readText(flags.settings), flags.settings);
  const variable = process.env.THORBIS_OPERATIONS;
  if (variable !== undefined) {
    return withContainerSecrets(parseJson(variable, "THORBIS_OPERATIONS"), process.env, parseJson);
  }
  const local = join(".thorbis", "operations", `${flags.environment}.json`);
  const text = await readFile(local, "utf8").catch(() => undefined);
  return text === undefined ? await readOutput(flags.environment) : parseJson(text, local);
}

async function readOutput(environment: string): Promise<unknown> {
  // The same program, whatever started it: reading a stack's outputs is that command's own business.
  const main = process.argv[1] ?? join("cli", "main.ts");
  try {
    const { stdout } = await run(process.execPath, [
      main,
      "outputs",
      environment,
      "operations",
      "--json",
      "--show-secrets",
    ]);
    return parseJson(stdout, "the stack's output `operations`");
  } catch (error) {
    throw new OperationFailure(`no settings for ${environment}: the stack has no output \`operations\``, {
      exitCode: 2,
      remedy: `Apply the stack, or write .thorbis/operations/${environment}.json (docs/backups.md shows one).`,
      cause: error,
    });
  }
}

/** What follows from the environment's name alone; an audit record is kept even where no log group is declared. */
function withDefaults(environment: string, untrusted: unknown): unknown {
  if (typeof untrusted !== "object" || untrusted === null || Array.isArray(untrusted)) return untrusted;
  const audit = { file: join(".thorbis", "audit", `${environment}.jsonl`) };
  const logs = { directory: join(".thorbis", "local", environment) };
  return { environment, isProtected: environment === "production", audit, logs, ...untrusted };
}

async function readText(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((error: unknown) => {
    throw new OperationFailure(`${path} cannot be read: ${messageOf(error)}`, { exitCode: 2 });
  });
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The text may hold secrets: nothing of it is repeated.
    throw new OperationFailure(`${where} is not JSON`, { exitCode: 2 });
  }
}
