/** `./thorbis state`: a stack's state in and out, and what is protected in it. */
import { readFile, writeFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { begin } from "./deployment/begin.ts";
import { type Flags, targetOptions } from "./deployment/flags.ts";
import type { Session } from "./deployment/session.ts";
import { registerDoctor } from "./deployment/state-doctor.ts";
import { UsageError } from "./deployment/usage-error.ts";

type StateFlags = Pick<Flags, "cwd" | "sandbox" | "cloud" | "engine">;

const examples = `
The state is Pulumi's own file backend under .thorbis/state, so the Pulumi CLI can work on it:
  PULUMI_BACKEND_URL=file://$PWD/.thorbis/state PULUMI_CONFIG_PASSPHRASE_FILE=.thorbis/secrets/passphrase pulumi stack

Examples:
  ./thorbis state export development > state.json      secrets stay sealed
  ./thorbis state export development --show-secrets --file state.json
  ./thorbis state import development --file state.json
  ./thorbis state unprotect development --all
  ./thorbis state doctor development
`;

export function register(program: Command): void {
  const state = program
    .command("state")
    .description("Export and import a stack's state, and lift protections.")
    .addHelpText("after", examples);
  targetOptions(state.command("export"))
    .description("Print the state in the form of `pulumi stack export`.")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--file <file>", "write it to this file")
    .option("--show-secrets", "with secrets in plain text")
    .action(exportState);
  targetOptions(state.command("import"))
    .description("Replace the state by an exported one; the state before is kept beside it, with the ending .bak.")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--file <file>", "read it from this file instead of standard input")
    .action(importState);
  targetOptions(state.command("unprotect"))
    .description("Lift the protection of resources, so that they can be deleted or replaced.")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .argument("[urns...]", "the resources")
    .option("--all", "all resources of the stack")
    .action(unprotect);
  registerDoctor(state);
}

async function exportState(stack: string, flags: StateFlags & { file?: string; showSecrets?: boolean }): Promise<void> {
  const beginning = await begin("state", stack, { ...flags, json: true }, () => [
    ...["stack", "export"],
    ...(flags.showSecrets ? ["--show-secrets"] : []),
    ...(flags.file === undefined ? [] : ["--file", flags.file]),
  ]);
  if (!beginning) return;
  const { state } = beginning.session;
  if (!(await state.exists())) throw new UsageError(`${stack} has no state yet`, `./thorbis up ${stack}`, 1);
  const text = `${await state.export({ showSecrets: flags.showSecrets === true })}\n`;
  // In plain text it is as secret as the passphrase.
  if (flags.file !== undefined) await writeFile(flags.file, text, { mode: flags.showSecrets ? 0o600 : 0o644 });
  else process.stdout.write(text);
}

async function importState(stack: string, flags: StateFlags & { file?: string }): Promise<void> {
  const beginning = await begin("state", stack, flags, () => [
    ...["stack", "import"],
    ...(flags.file === undefined ? [] : ["--file", flags.file]),
  ]);
  if (!beginning) return;
  const source = flags.file ?? "standard input";
  const text = flags.file === undefined ? await readAll(process.stdin) : await read(flags.file);
  await underLock(beginning.session, "import", async ({ state }) => {
    const { resources } = await state.import(text, source);
    process.stdout.write(`Imported ${resources} resources.\n`);
  });
}

async function unprotect(stack: string, urns: string[], flags: StateFlags & { all?: boolean }): Promise<void> {
  if (flags.all ? urns.length > 0 : urns.length === 0) {
    throw new UsageError("state unprotect: name resources, or say --all", "Their URNs: ./thorbis state export STACK");
  }
  const beginning = await begin("state", stack, flags, () => [
    ...["state", "unprotect", "--yes"],
    ...(flags.all ? ["--all"] : urns),
  ]);
  if (!beginning) return;
  await underLock(beginning.session, "unprotect", async ({ state }) => {
    const { snapshot, journal } = await state.beginRun();
    try {
      const unknown = urns.filter((urn) => !snapshot.resources.some((resource) => resource.urn === urn));
      if (unknown.length > 0)
        throw new UsageError(`${stack} has no such resource:\n  ${unknown.join("\n  ")}`, undefined, 1);
      const chosen = snapshot.resources.filter(({ urn, protect }) => protect && (flags.all || urns.includes(urn)));
      const resources = snapshot.resources.map((resource) =>
        chosen.includes(resource) ? { ...resource, protect: false } : resource,
      );
      await journal.close({ ...snapshot, resources });
      process.stdout.write(`Lifted the protection of ${chosen.length} resources.\n`);
    } finally {
      await journal.abandon();
    }
  });
}

async function underLock(session: Session, what: string, work: (session: Session) => Promise<void>): Promise<void> {
  const lock = await session.state.lock(`thorbis state ${what} ${session.stack}`);
  try {
    for (const notice of lock.notices) process.stderr.write(`${notice}\n`);
    await work(session);
  } finally {
    await lock.release();
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new UsageError(`${file}: it cannot be read`);
  }
}
