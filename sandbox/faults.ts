/**
 * Faults that a test orders from the sandbox: what clouds do on bad days. A plan is a list; each entry applies to the
 * calls that it matches, as often as it says.
 */
import { readFileSync } from "node:fs";

export type Operation = "create" | "read" | "update" | "delete";

export interface Fault {
  /**
   * - `throttle`, `unavailable`: the call is refused (429, 503) and nothing happens. The provider tries again, like the real
   *   ones; more refusals than it tries again fail the operation.
   * - `lost`: the call has its effect, but its answer never arrives: the operation fails.
   * - `crash`: the call has its effect, and the process is killed before the answer.
   * - `slow`: the call takes `milliseconds` longer.
   */
  kind: "throttle" | "unavailable" | "lost" | "crash" | "slow";
  /** @default every operation */
  operation?: Operation;
  /** Type token. @default every type */
  type?: string;
  /** The resource's logical name. @default every name */
  name?: string;
  /** Matching calls that go well before the first fault. @default 0 */
  after?: number;
  /** @default 1 */
  times?: number;
  /** For `slow`. @default 100 */
  milliseconds?: number;
}

export interface Call {
  operation: Operation;
  type: string;
  name: string;
}

/** Refused attempts after which the provider gives up. */
const attempts = 5;
const firstPauseMilliseconds = 5;

/** What the provider answers when the cloud did not. */
export class CloudFault extends Error {
  override readonly name = "CloudFault";
  readonly exitCode = 1;
}

const refusals = {
  throttle: "ThrottlingException: Rate exceeded (429)",
  unavailable: "ServiceUnavailable: the service is unavailable, try again (503)",
};

export class Faults {
  readonly #plan: { fault: Fault; seen: number }[];

  constructor(plan: readonly Fault[] = []) {
    this.#plan = plan.map((fault) => ({ fault, seen: 0 }));
  }

  /** Carries out a call with the faults that are due. */
  async during<T>(call: Call, effect: () => Promise<T>): Promise<T> {
    if (this.#plan.length === 0) return effect();
    for (let attempt = 1; ; attempt++) {
      const due = this.#due(call);
      const slow = due.find(({ kind }) => kind === "slow");
      if (slow !== undefined) await pause(slow.milliseconds ?? 100);
      const refusal = due.find(({ kind }) => kind === "throttle" || kind === "unavailable");
      if (refusal === undefined) return this.#answer(due, call, effect);
      if (attempt === attempts)
        throw new CloudFault(`${refusals[refusal.kind as keyof typeof refusals]}, ${attempts} attempts`);
      await pause(firstPauseMilliseconds * 2 ** attempt);
    }
  }

  async #answer<T>(due: readonly Fault[], call: Call, effect: () => Promise<T>): Promise<T> {
    const answer = await effect();
    if (due.some(({ kind }) => kind === "crash")) process.kill(process.pid, "SIGKILL");
    if (due.some(({ kind }) => kind === "lost")) {
      throw new CloudFault(`RequestTimeout: no answer to ${call.operation} of ${call.type} (504)`);
    }
    return answer;
  }

  #due(call: Call): Fault[] {
    return this.#plan
      .filter(({ fault }) => matches(fault, call))
      .filter((entry) => {
        const position = entry.seen++ - (entry.fault.after ?? 0);
        return position >= 0 && position < (entry.fault.times ?? 1);
      })
      .map(({ fault }) => fault);
  }
}

function matches(fault: Fault, call: Call): boolean {
  return (
    (fault.operation ?? call.operation) === call.operation &&
    (fault.type ?? call.type) === call.type &&
    (fault.name ?? call.name) === call.name
  );
}

/** A plan as JSON in a file, for processes that a test starts. */
export function readFaults(path: string): Fault[] {
  return JSON.parse(readFileSync(path, "utf8")) as Fault[];
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
