/** `./thorbis local`: the real services of this machine. */
import * as path from "node:path";
import { type Command, Option } from "commander";
import { localServices } from "../sandbox/services/catalogue.ts";
import { removeServices } from "../sandbox/services/ensure.ts";
import { faultKinds } from "../sandbox/services/faults.ts";
import { DEFAULT_STACK, type Layout, layoutOf } from "../sandbox/services/layout.ts";
import { createSupervisor, type Supervisor } from "../sandbox/services/supervisor.ts";
import { printProgress } from "./local/display.ts";
import { print, printJson, table } from "./print.ts";

const root = path.resolve(import.meta.dirname, "..");

interface Flags {
  stack: string;
  cwd: string;
  json?: boolean;
  yes?: boolean;
  newPorts?: boolean;
  lines?: string;
  for?: string;
}

const EXAMPLES = `
Examples:
  ./thorbis local start
  ./thorbis local status --json
  ./thorbis local logs postgres
  ./thorbis local visit hs
  ./thorbis local fault redis-sessions-1 pause --for 20s
  ./thorbis local reset --yes
`;

export function register(program: Command): void {
  const local = program
    .command("local")
    .description("start, stop and look after the services of this machine")
    .addHelpText("after", EXAMPLES);
  const command: Declare = (name, about) =>
    local
      .command(name)
      .description(about)
      .option("--stack <stack>", "whose services", DEFAULT_STACK)
      .addOption(
        new Option("-C, --cwd <folder>", "folder of the project's Pulumi.yaml").default(root, "this checkout"),
      );

  registerLifeCycle(command);
  registerFailures(command);
  registerLooks(command);
}

/** Declares a command of `local` with what all of them understand. */
type Declare = (name: string, about: string) => Command;

function registerLifeCycle(command: Declare): void {
  command("start", "start what does not run, and wait until it answers")
    .argument("[services...]", "only these")
    .option("--new-ports", "choose other ports, when another program has taken one")
    .action(async (names: string[], flags: Flags) => {
      await open(flags).start(chosen(names), { newPorts: flags.newPorts === true });
    });
  command("stop", "stop cleanly; nothing is deleted")
    .argument("[services...]", "only these")
    .action(async (names: string[], flags: Flags) => {
      const stopped = await open(flags).stop(chosen(names));
      if (stopped.length === 0) print("nothing was running");
    });
  command("status", "what runs, and where")
    .option("--json", "print JSON")
    .action(async (flags: Flags) => {
      const status = await open(flags).status();
      if (flags.json) printJson(status);
      else
        print(
          table(status.map(({ service, state, pid, address }) => [service, state, String(pid ?? ""), address ?? ""])),
        );
      process.exitCode = status.some(({ state }) => state === "silent") ? 1 : 0;
    });
  command("logs", "the last lines that a service wrote")
    .argument("<service>", "one of `local status`")
    .option("--lines <number>", "how many", "50")
    .action(async (name: string, flags: Flags) => {
      const { lastLines } = await import("../sandbox/services/logs.ts");
      print(lastLines(open(flags), name, Number(flags.lines)));
    });
  command("reset", "stop and delete the services' data")
    .argument("[services...]", "only these")
    .option("--yes", "really delete")
    .action(async (names: string[], flags: Flags) => {
      if (!flags.yes) return refuse("reset deletes the data of the services", "repeat it with --yes");
      if (names.length > 0) await open(flags).reset(names);
      else await removeServices({ root: path.resolve(flags.cwd), stack: flags.stack, report: printProgress });
    });
}

function registerFailures(command: Declare): void {
  command("fault", "make a service fail for a while, to see the checks, alarms and recoveries")
    .argument("[service]", "one of `local status`")
    .argument("[kind]", `${faultKinds.join(", ")}; without, heals what is left of earlier faults`)
    .addOption(new Option("--for <time>", "how long, in seconds or minutes").default("10s"))
    .action(async (service: string | undefined, kind: string | undefined, flags: Flags) => {
      const { runFault } = await import("./local/fault.ts");
      await runFault(open(flags), service, kind, flags.for ?? "10s");
    });
  command("failover", "make a replica the primary of a Redis group")
    .argument("<group>", "the replication group's id")
    .action(async (group: string, flags: Flags) => {
      const { runFailover } = await import("./local/failover.ts");
      await runFailover(open(flags), group);
    });
}

/** What the platform did: its mails, its notifications, its apps and its worker. */
function registerLooks(command: Declare): void {
  command("mail", "the mails that were caught")
    .option("--json", "print JSON")
    .action(async (flags: Flags) => {
      const { showMail } = await import("./local/messages.ts");
      showMail(placeOf(flags), flags.json === true);
    });
  command("notifications", "what alarms sent to Slack, PagerDuty and other subscribers")
    .option("--json", "print JSON")
    .action(async (flags: Flags) => {
      const { showNotifications } = await import("./local/messages.ts");
      showNotifications(placeOf(flags), flags.json === true);
    });
  command("visit", "see each app with a browser: no violation, every declared header, the declared score")
    .argument("[apps...]", "only these")
    .option("--json", "print the results as JSON")
    .action(async (apps: string[], flags: Flags) => {
      const { runVisit } = await import("./local/visit.ts");
      await runVisit(placeOf(flags), apps, flags.json === true);
    });
  command("worker", "whether HelpDesk's worker does its work").action(async (flags: Flags) => {
    const { showWorkerHealth } = await import("./local/worker.ts");
    await showWorkerHealth(placeOf(flags));
  });
}

const placeOf = ({ cwd, stack }: Flags): Layout => layoutOf(path.resolve(cwd), stack);

function open(flags: Flags): Supervisor {
  const layout = placeOf(flags);
  return createSupervisor(layout, localServices(layout), printProgress);
}

const chosen = (names: string[]): string[] | undefined => (names.length > 0 ? names : undefined);

function refuse(message: string, remedy: string): void {
  process.stderr.write(`${message}\n  ${remedy}\n`);
  process.exitCode = 2;
}
