/**
 * Runs chains of steps, so many at a time. The generator hands a chain in when everything that it needs is done, so
 * chains need no order among themselves. The first failure stops all chains that have not begun, and the others before
 * their next step.
 */
import { isSecret, secret } from "../values.ts";
import type { Deployment } from "./deployment.ts";
import { messageOf, ProtectedFromDelete, StepFailed } from "./errors.ts";
import type { Records } from "./records.ts";
import type { Step } from "./steps/step.ts";

interface Waiting {
  chain: Step[];
  settled: () => void;
}

export class StepExecutor {
  readonly #deployment: Deployment;
  readonly #records: Records;
  readonly #limit: number;
  readonly #ignoreErrors: boolean;
  readonly #onFailure: () => void;
  readonly #queue: Waiting[] = [];
  readonly #idle: (() => void)[] = [];
  #running = 0;
  #cancelled = false;
  /** The first failure. */
  failure: unknown;
  /** Steps that failed while the rest went on. */
  readonly failedSteps: Step[] = [];
  /** Steps whose outputs may still come: components. */
  readonly pendingOutputs = new Map<string, Step>();

  constructor(
    deployment: Deployment,
    records: Records,
    options: { ignoreErrors?: boolean; onFailure?: () => void } = {},
  ) {
    this.#deployment = deployment;
    this.#records = records;
    this.#limit = Math.max(1, deployment.request.parallel);
    this.#ignoreErrors = options.ignoreErrors ?? false;
    this.#onFailure = options.onFailure ?? (() => {});
  }

  cancel(): void {
    this.#cancelled = true;
    for (const { settled } of this.#queue.splice(0)) settled();
    this.#announceIdle();
  }

  /** Resolves when the chain is done, or stopped. */
  run(chain: Step[]): Promise<void> {
    return new Promise((settled) => {
      if (this.#cancelled || chain.length === 0) {
        settled();
        return;
      }
      this.#queue.push({ chain, settled });
      // Not at once: an error in a registration that has arrived already must still be able to stop the chain.
      setImmediate(() => this.#next());
    });
  }

  async runAll(steps: Step[]): Promise<void> {
    await Promise.all(steps.map((step) => this.run([step])));
  }

  /** Resolves when nothing runs and nothing waits. */
  whenIdle(): Promise<void> {
    if (this.#running === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #announceIdle(): void {
    if (this.#running === 0 && this.#queue.length === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #next(): void {
    if (this.#running >= this.#limit) return;
    const waiting = this.#queue.shift();
    if (waiting === undefined) return;
    this.#running++;
    void this.#runChain(waiting.chain).finally(() => {
      this.#running--;
      waiting.settled();
      this.#next();
      this.#announceIdle();
    });
  }

  async #runChain(chain: Step[]): Promise<void> {
    for (const step of chain) {
      if (this.#cancelled) return;
      try {
        await this.#runStep(step);
      } catch (error) {
        this.#fail(step, error);
        return;
      }
    }
  }

  #fail(step: Step, error: unknown): void {
    this.failure ??= error;
    if (!(error instanceof StepFailed)) this.#deployment.reporter.error(messageOf(error), step.urn);
    if (this.#ignoreErrors) return;
    const cause = error instanceof StepFailed ? error.cause : error;
    if (cause instanceof ProtectedFromDelete) {
      this.failedSteps.push(step);
      return;
    }
    this.cancel();
    this.#onFailure();
  }

  async #runStep(step: Step): Promise<void> {
    const { reporter } = this.#deployment;
    reporter.stepBegins(step);
    const handle = await this.#records.begin(step);
    let applied: Awaited<ReturnType<Step["apply"]>>;
    try {
      applied = await step.apply();
    } catch (error) {
      await handle?.fail();
      reporter.stepFailed(step, messageOf(error));
      throw new StepFailed(messageOf(error), { cause: error });
    }
    if (step.logical && step.new !== undefined && applied.partial === undefined)
      this.pendingOutputs.set(step.urn, step);
    this.#keep(step);
    await this.#records.end(step, handle);
    if (applied.partial !== undefined) {
      reporter.stepFailed(step, applied.partial.message);
      throw new StepFailed(applied.partial.message, { cause: applied.partial });
    }
    reporter.stepSucceeded(step);
    applied.complete?.();
  }

  /** Secrets that the program named or gave stay secret in the outputs; then the state is there for all to see. */
  #keep(step: Step): void {
    const state = step.new;
    if (state === undefined || step.op === "replace") return;
    const outputs = { ...state.outputs };
    for (const key of state.additionalSecretOutputs ?? []) {
      const value = outputs[key];
      if (key === "id") this.#deployment.reporter.warning("the property 'id' cannot be made secret", step.urn);
      else if (value !== undefined) outputs[key] = secret(value);
    }
    for (const [key, value] of Object.entries(outputs)) if (isSecret(state.inputs?.[key])) outputs[key] = secret(value);
    if (state.outputs !== undefined) state.outputs = outputs;
    if (step.op === "refresh") return;
    const known = step.op === "read" || step.op === "read-replacement" ? this.#deployment.reads : this.#deployment.news;
    known.set(state.urn, state);
    this.#deployment.plan.outputs(state.urn, outputs);
  }
}
