/** `./thorbis drift`: what differs between code and state, state and cloud, code and cloud, told apart. Mends nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Command } from "commander";
import { type BenignRecord, parseBenign } from "../operations/drift/benign.ts";
import {
  type DriftReport,
  type DriftState,
  describe,
  exitCode,
  type RefreshStep,
  stateAgainstCloud,
} from "../operations/drift/classify.ts";
import { publish } from "../operations/notification/topic.ts";
import { appliedStack, textsOf } from "./deployment/applied.ts";
import { defaultParallel, exitCodeHelp, type Flags, targetOptions } from "./deployment/flags.ts";
import { capturePulumi } from "./deployment/pulumi-cli.ts";
import { run } from "./deployment/run.ts";
import { judgeConfiguration, openSession } from "./deployment/session.ts";
import { describeTarget, targetOf } from "./deployment/target.ts";
import { print, printJson } from "./print.ts";

const examples = `
Known harmless drift stands in operations/drift/benign.json: resource, property, reason, owner, and the day on which it is
looked at again.

Examples:
  ./thorbis drift development
  ./thorbis drift production --cloud --json
${exitCodeHelp}`;

interface DriftFlags extends Flags {
  benign: string;
  notify?: boolean;
}

/** One look: the steps that something would take. */
type Look = (what: "code-state" | "state-cloud" | "code-cloud") => Promise<RefreshStep[]>;

export function register(program: Command): void {
  targetOptions(program.command("drift"))
    .description("Compare code, state and cloud, each with each; classify what differs; mend nothing")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--json", "print the report as JSON")
    .option("--notify", "tell the stack's warning topic when something drifted")
    .option("--benign <file>", "known harmless drift", "operations/drift/benign.json")
    .addHelpText("after", examples)
    .action(drift);
}

async function drift(stack: string, flags: DriftFlags): Promise<void> {
  const target = targetOf("preview", stack, flags);
  process.stderr.write(`${describeTarget("drift", stack, target)}\n`);
  const look = target.engine === "pulumi" ? throughPulumi(stack, flags, target) : await embedded(stack, flags);
  const report: DriftReport = {
    environment: stack,
    codeAgainstState: changed(await look("code-state")),
    stateAgainstCloud: stateAgainstCloud(await look("state-cloud"), known(flags), new Date()),
    codeAgainstCloud: changed(await look("code-cloud")),
  };
  if (flags.json) printJson(report);
  else print(describe(report));
  process.exitCode = exitCode(report);
  if (flags.notify && process.exitCode !== 0) await notify(stack, flags, report);
}

async function notify(stack: string, flags: DriftFlags, report: DriftReport): Promise<void> {
  const { warning = "" } = textsOf(await appliedStack("drift", stack, flags), "notificationTopics");
  // An emulator's address, where there is one, comes the way that every AWS SDK takes it.
  await publish(warning, `drift in ${stack}`, describe(report), process.env.AWS_ENDPOINT_URL);
}

function known({ cwd, benign }: DriftFlags): BenignRecord[] {
  const file = path.resolve(cwd, benign);
  return fs.existsSync(file) ? parseBenign(fs.readFileSync(file, "utf8"), benign) : [];
}

/** What would be done to real resources, without what stays, and a replacement once. */
function changed(steps: readonly RefreshStep[]): { urn: string; op: string }[] {
  const wanted = new Set(["create", "update", "replace", "delete", "import"]);
  const isReal = ({ old, new: made }: RefreshStep) => (made ?? old)?.custom === true;
  return steps.filter((step) => wanted.has(step.op) && isReal(step)).map(({ urn, op }) => ({ urn, op }));
}

async function embedded(stack: string, flags: Flags): Promise<Look> {
  const session = await openSession(flags.cwd, stack);
  judgeConfiguration(session, { mayPretend: true });
  const runFlags: Flags = {
    ...flags,
    target: [],
    parallel: defaultParallel,
    policyPack: false,
    policyPackConfig: [],
    transport: "in-process",
  };
  return async (what) => {
    const reads = what === "state-cloud";
    const { result, errors, events } = await run(
      session,
      { ...runFlags, ...(what === "code-cloud" && { refresh: true }) },
      { command: reads ? "refresh" : "preview", show: "silent", ...(reads && { dryRun: true }) },
    );
    if (!result.succeeded) throw Object.assign(new Error(errors.join("\n")), { exitCode: 1 });
    const kind = reads ? "resource-outputs" : "resource-pre";
    return events.flatMap((event) => {
      if (event.kind !== kind || !("step" in event)) return [];
      const { op, urn, old, new: made } = event.step;
      // The look of the code at the cloud reads everything first; only what the program then leads to counts here.
      if (what === "code-cloud" && op === "refresh") return [];
      return [{ op, urn, ...(old && { old }), ...(made && { new: made }) }];
    });
  };
}

const lookWords = {
  "code-state": ["preview", "--json", "--refresh=false"],
  "state-cloud": ["refresh", "--preview-only", "--json"],
  "code-cloud": ["preview", "--json", "--refresh=true"],
} as const;

interface PrintedStep {
  op: string;
  urn: string;
  oldState?: DriftState;
  newState?: DriftState;
}

function throughPulumi(stack: string, flags: Flags, target: ReturnType<typeof targetOf>): Look {
  return async (what) => {
    const printed = await capturePulumi({ directory: flags.cwd, stack, target, arguments: [...lookWords[what]] });
    const { steps = [] } = JSON.parse(printed) as { steps?: PrintedStep[] };
    return steps.map(({ op, urn, oldState, newState }) => ({
      op,
      urn,
      ...(oldState && { old: oldState }),
      ...(newState && { new: newState }),
    }));
  };
}
