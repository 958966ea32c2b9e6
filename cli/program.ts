/** The command line as a tree: finds the command, loads only that one, and turns every error into message and exit code. */
import { Command, CommanderError } from "commander";
import { explain } from "./explain.ts";

interface Entry {
  summary: string;
  load: () => Promise<{ register(program: Command): void }>;
}

/** Loaded by name, so that help and every command start without the others. */
const commands: Record<string, Entry> = {
  preview: { summary: "show what an apply would do; touches nothing", load: () => import("./preview.ts") },
  up: { summary: "apply a stack", load: () => import("./up.ts") },
  refresh: { summary: "read what exists and take it over into the state", load: () => import("./refresh.ts") },
  destroy: { summary: "delete everything that a stack made", load: () => import("./destroy.ts") },
  outputs: { summary: "show a stack's outputs", load: () => import("./outputs.ts") },
  state: { summary: "export, import and look after a stack's state", load: () => import("./state.ts") },
  policy: { summary: "list, explain and check the rules of the policy pack", load: () => import("./policy.ts") },
  db: { summary: "migrate a database, and prove the migrations", load: () => import("./db.ts") },
  backup: { summary: "make, list, verify and prune backups", load: () => import("./backup.ts") },
  restore: { summary: "bring a backup back, checked and measured", load: () => import("./restore.ts") },
  drill: { summary: "prove in a throw-away server that a backup can be restored", load: () => import("./drill.ts") },
  job: { summary: "the work of the maintenance calendar", load: () => import("./job.ts") },
  local: { summary: "start, stop and look after the services of this machine", load: () => import("./local.ts") },
  env: { summary: "write an app's .env.local for this machine", load: () => import("./env.ts") },
  report: { summary: "what a change does to every environment, for a pull request", load: () => import("./report.ts") },
  adopt: { summary: "take existing resources over, without a change to any", load: () => import("./adopt.ts") },
  drift: { summary: "what differs between code, state and cloud", load: () => import("./drift.ts") },
  verify: { summary: "is the running system as it was declared", load: () => import("./verify.ts") },
  audit: { summary: "variables and dependencies, before a deploy", load: () => import("./audit.ts") },
  deploy: { summary: "the whole order of a deploy, resumable", load: () => import("./deploy.ts") },
  release: { summary: "rolling releases, watched by the stack's alarms", load: () => import("./release.ts") },
  rollback: { summary: "back to what ran before, as a plan first", load: () => import("./rollback.ts") },
  check: { summary: "format, lint, import boundaries, types, unused code", load: () => import("./check.ts") },
  test: { summary: "run the tests", load: () => import("./test.ts") },
};

const EXIT_CODES = `
Exit codes:
  0  done
  1  failed
  2  wrong usage or configuration
  3  refused by policy
  4  changes found where none were expected

Examples:
  ./thorbis up development
  ./thorbis preview production --diff
  ./thorbis help preview
`;

function newProgram(): Command {
  return new Command("thorbis")
    .description("The infrastructure of Thorbis Business OS and HelpDeskApp: preview, apply and operate it.")
    .showHelpAfterError("(./thorbis COMMAND --help shows usage and examples)")
    .exitOverride()
    .addHelpText("after", EXIT_CODES);
}

/** Every command with its options, for documentation and its tests. */
export async function completeProgram(): Promise<Command> {
  const program = newProgram();
  for (const { load } of Object.values(commands)) (await load()).register(program);
  return program;
}

/** The program with the one command that the words name, or with the list of all. */
async function programFor(words: readonly string[]): Promise<Command> {
  const program = newProgram();
  const name = words[0] === "help" ? words[1] : words[0];
  const entry = name === undefined ? undefined : commands[name];
  if (entry) (await entry.load()).register(program);
  else for (const [each, { summary }] of Object.entries(commands)) program.command(each).description(summary);
  return program;
}

/** Runs one command line; the exit code is left in `process.exitCode`. */
export async function run(words: string[]): Promise<void> {
  const program = await programFor(words);
  try {
    if (words.length === 0) program.outputHelp();
    else await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version end by this way too; everything else has been explained already.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const { message, exitCode } = explain(error);
    process.stderr.write(message);
    process.exitCode = exitCode;
  }
}
