/**
 * `npm run kills -- --count 100`: kills `up` and `destroy` of a generated graph of 300 resources at random moments; after
 * each kill the next run must end in exactly the expected state, with no duplicate and no orphan in the sandbox.
 */
import { parseArgs } from "node:util";
import { type Finished, KilledStack } from "./killed-stack.ts";

export interface KillReport {
  /** Runs that were really killed; the others were over before their moment came. */
  kills: number;
  /** Of these, the ones that left something in the journal to take up again. */
  recovered: number;
  failures: string[];
}

export interface KillOptions {
  count: number;
  groups: number;
  random: () => number;
  tell: (line: string) => void;
}

export async function killRepeatedly({ count, groups, random, tell }: KillOptions): Promise<KillReport> {
  const stack = await KilledStack.create(groups);
  const report: KillReport = { kills: 0, recovered: 0, failures: [] };
  // How long each command takes undisturbed decides until when it can be killed.
  const usual = { up: { start: 0, work: 0 }, destroy: { start: 0, work: 0 } };
  try {
    let variant = 0;
    for (const command of ["up", "destroy"] as const) {
      const { milliseconds, working } = await undisturbed(stack, command, report);
      usual[command] = { start: milliseconds, work: working };
    }
    for (let round = 0; report.kills < count && report.failures.length === 0; round++) {
      // Twice up (the second updates and replaces), then destroy.
      const command = round % 3 === 2 ? "destroy" : "up";
      if (command === "up") await stack.variant(++variant);
      // One in five at any moment of the process, the others while steps are taken.
      const from = random() < 0.2 ? "start" : "work";
      const moment = { from, milliseconds: Math.round(random() * usual[command][from]) } as const;
      const killed = await stack.run(command, moment);
      if (killed.killed) report.kills++;
      else usual[command] = { start: killed.milliseconds, work: killed.working };
      if (killed.output.includes("sentinel-of-the-kill-test")) report.failures.push("a secret was printed");
      const { milliseconds, output } = await undisturbed(stack, command, report);
      if (killed.killed && output.includes("the last run was interrupted")) report.recovered++;
      tell(
        `${report.kills}/${count} ${command} killed ${moment.milliseconds} ms after ${from}, then done in ${Math.round(milliseconds)} ms`,
      );
    }
  } finally {
    if (report.failures.length === 0) await stack.remove();
    else tell(`kept for a look: ${stack.directory}`);
  }
  return report;
}

async function undisturbed(stack: KilledStack, command: "up" | "destroy", report: KillReport): Promise<Finished> {
  const finished = await stack.run(command);
  if (finished.code !== 0) report.failures.push(`${command} ended with ${finished.code}:\n${finished.output}`);
  const faults = await stack.faults(command);
  if (faults.length > 0) report.failures.push(`after ${command}:\n  ${faults.join("\n  ")}`);
  return finished;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { count: { type: "string", default: "100" }, groups: { type: "string", default: "50" } },
  });
  const report = await killRepeatedly({
    count: Number(values.count),
    groups: Number(values.groups),
    random: Math.random,
    tell: (line) => process.stdout.write(`${line}\n`),
  });
  for (const failure of report.failures) process.stdout.write(`FAILED ${failure}\n`);
  process.stdout.write(
    `${report.kills} kills (${report.recovered} in the middle of the work), ${report.failures.length} failures\n`,
  );
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}
