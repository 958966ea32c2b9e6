/**
 * A deploy as a list of steps, each recorded when it ends, so that an interrupted deploy goes on where it stopped and
 * never repeats what changed something. The record names the commit: another commit is another deploy.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { messageOf, OperationFailure } from "../failure.ts";

export interface Step {
  name: string;
  /** What is true of the target when this step has ended well, for whoever reads a failure after it. */
  leaves: string;
  /** What to do when it fails. */
  remedy: string;
  /** Judges without changing anything: runs again on every attempt. */
  readOnly: boolean;
  /** @returns what was done, in one line @throws any error; its message is recorded */
  run(signal: AbortSignal): Promise<string>;
}

const outcome = z.strictObject({
  step: z.string(),
  status: z.enum(["passed", "failed"]),
  detail: z.string(),
  ended: z.iso.datetime(),
  seconds: z.number().nonnegative(),
});
const recordSchema = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  commit: z.string(),
  /** SHA-256 of the plan that the deploy applies; a resumed deploy must have the same. */
  plan: z.string().nullable(),
  outcomes: z.array(outcome),
});

export type DeployRecord = z.infer<typeof recordSchema>;
export type Outcome = z.infer<typeof outcome>;

export class DeployRefused extends OperationFailure {
  override readonly name = "DeployRefused";
  constructor(message: string, remedy: string) {
    super(message, { exitCode: 2, remedy });
  }
}

export class DeployFailed extends OperationFailure {
  override readonly name = "DeployFailed";
  readonly record: DeployRecord;
  constructor(message: string, remedy: string, record: DeployRecord) {
    super(message, { remedy });
    this.record = record;
  }
}

function read(file: string): DeployRecord | undefined {
  if (!fs.existsSync(file)) return undefined;
  const parsed = recordSchema.safeParse(JSON.parse(fs.readFileSync(file, "utf8")));
  if (parsed.success) return parsed.data;
  throw new DeployRefused(
    `${file} is no record of a deploy`,
    "move it away; the deploy then starts from its first step",
  );
}

/** A reader sees the old record or the new one, never half of one. */
function write(file: string, record: DeployRecord): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(draft, file);
}

export interface Deploy {
  environment: string;
  commit: string;
  plan: string | null;
  steps: readonly Step[];
  recordFile: string;
  signal?: AbortSignal;
  /** Told before and after every step. */
  progress?: (event: { step: Step; outcome?: Outcome; skipped?: boolean }) => void;
}

function earlier({ recordFile, environment, commit, plan }: Deploy): DeployRecord {
  const found = read(recordFile);
  if (!found || found.commit !== commit) return { version: 1, environment, commit, plan, outcomes: [] };
  if (found.plan !== plan) {
    throw new DeployRefused(
      `the deploy of ${commit} was begun with another plan`,
      `give the plan with SHA-256 ${found.plan ?? "(none)"}, or start over by removing ${recordFile}`,
    );
  }
  return found;
}

/** What holds of the target after the steps that changed something. */
function standing(steps: readonly Step[], record: DeployRecord): string {
  const done = steps.filter((step) => !step.readOnly && passed(record, step));
  return done.length > 0 ? done.map((step) => step.leaves).join("; ") : "nothing was changed";
}

const passed = (record: DeployRecord, step: Step) =>
  record.outcomes.some((entry) => entry.step === step.name && entry.status === "passed");

/**
 * @returns the complete record
 * @throws DeployFailed naming the step, the state that things are in, and what to do
 * @throws DeployRefused when a record of another plan stands in the way
 */
export async function runDeploy(deploy: Deploy): Promise<DeployRecord> {
  const record = earlier(deploy);
  const signal = deploy.signal ?? new AbortController().signal;
  for (const step of deploy.steps) {
    if (!step.readOnly && passed(record, step)) {
      deploy.progress?.({ step, skipped: true });
      continue;
    }
    deploy.progress?.({ step });
    const result = await attempt(step, signal);
    record.outcomes.push(result);
    write(deploy.recordFile, record);
    deploy.progress?.({ step, outcome: result });
    if (result.status === "failed") {
      throw new DeployFailed(
        `step "${step.name}" failed: ${result.detail}\n  state of ${deploy.environment}: ${standing(deploy.steps, record)}`,
        `${step.remedy}; then run the same command again: it goes on at "${step.name}"`,
        record,
      );
    }
  }
  return record;
}

async function attempt(step: Step, signal: AbortSignal): Promise<Outcome> {
  const started = performance.now();
  const ended = (status: Outcome["status"], detail: string): Outcome => ({
    step: step.name,
    status,
    detail,
    ended: new Date().toISOString(),
    seconds: Math.round(performance.now() - started) / 1000,
  });
  try {
    signal.throwIfAborted();
    return ended("passed", await step.run(signal));
  } catch (error) {
    return ended("failed", messageOf(error));
  }
}
