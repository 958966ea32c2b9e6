/**
 * One run: registrations become steps, one registration after the other; steps run side by side; when the program is
 * through, what it no longer has is deleted.
 */
import { isRootStack } from "../urn.ts";
import type { PropertyMap } from "../values.ts";
import type { Deployment } from "./deployment.ts";
import { Bail, messageOf } from "./errors.ts";
import { EventQueue } from "./event-queue.ts";
import { StepExecutor } from "./executor.ts";
import { deletions, scheduled } from "./generator/deletion.ts";
import { Policies } from "./generator/policy.ts";
import { readSteps } from "./generator/read.ts";
import { type Continuation, RegistrationSteps } from "./generator/register.ts";
import { Targeting } from "./generator/targeting.ts";
import type { OutputsRegistration } from "./goal.ts";
import type { ProgramEvent } from "./program.ts";
import type { Records } from "./records.ts";
import { dependenciesOf, outputsOf, recordedState } from "./resource-state.ts";
import { SameStep } from "./steps/same.ts";
import type { Step } from "./steps/step.ts";

type RunEvent = ProgramEvent | Continuation;

export class Run {
  readonly queue = new EventQueue<RunEvent>();
  readonly #deployment: Deployment;
  readonly #records: Records;
  readonly #executor: StepExecutor;
  readonly #policies: Policies;
  readonly #targeting: Targeting;
  readonly #registrations: RegistrationSteps;
  /** Continuations that are still to come. */
  #awaited = 0;
  #cancelled = false;
  /** Kept until the end, when it is known whether the run succeeds. */
  #stackOutputs: OutputsRegistration | undefined;
  outputs: PropertyMap = {};

  constructor(deployment: Deployment, records: Records) {
    this.#deployment = deployment;
    this.#records = records;
    this.#executor = new StepExecutor(deployment, records, { onFailure: () => this.cancel() });
    this.#policies = new Policies(deployment);
    this.#targeting = new Targeting(deployment);
    this.#registrations = new RegistrationSteps(deployment, this.#policies, this.#targeting, (continuation) =>
      this.queue.push(continuation),
    );
  }

  cancel(): void {
    this.#cancelled = true;
    this.#executor.cancel();
    this.queue.wake();
  }

  /** Resolves when the run is over; whether it succeeded. */
  async execute(): Promise<boolean> {
    const { reporter, plan, base } = this.#deployment;
    let generated = await this.#generate();
    await this.#executor.whenIdle();
    const failedBefore = !generated || this.#executor.failure !== undefined || reporter.sawError;
    await this.#finishStackOutputs(failedBefore);
    if (generated && plan.isGiven)
      for (const urn of plan.untaken(base)) {
        reporter.error(`expected resource operations for ${urn} but none were seen`, urn);
        generated = false;
      }
    const steps = generated && this.#executor.failure === undefined;
    const succeeded = steps && !(await this.#stackIsRefused()) && !reporter.sawError && !reporter.refusedByPolicy;
    if (!succeeded) reporter.error(`${this.#deployment.dryRun ? "preview" : "update"} failed`);
    return succeeded;
  }

  async #stackIsRefused(): Promise<boolean> {
    try {
      return await this.#policies.judgeStack();
    } catch (error) {
      this.#deployment.reporter.error(messageOf(error));
      return true;
    }
  }

  /** Handles events until the program is through and nothing is awaited; false when the run has to stop. */
  async #generate(): Promise<boolean> {
    let finished = false;
    while (!finished || this.#awaited > 0) {
      const event = await this.queue.next(() => this.#cancelled);
      if (event === undefined) return false;
      if (event.kind === "finished") {
        finished = true;
        continue;
      }
      if (event.kind === "failed" || !(await this.#handle(event))) {
        this.cancel();
        return false;
      }
    }
    return this.#afterProgram();
  }

  async #handle(event: Exclude<RunEvent, { kind: "finished" | "failed" }>): Promise<boolean> {
    try {
      await this.#stepsOf(event);
      return true;
    } catch (error) {
      if (!(error instanceof Bail)) this.#deployment.reporter.error(messageOf(error), this.#urnOf(event));
      return false;
    }
  }

  #urnOf(event: Exclude<RunEvent, { kind: "finished" | "failed" }>): string {
    if (event.kind === "register") return this.#deployment.urnOf(event.goal);
    if (event.kind === "read") return this.#deployment.urnOf(event);
    return event.kind === "outputs" ? event.urn : event.subject.urn;
  }

  async #stepsOf(event: Exclude<RunEvent, { kind: "finished" | "failed" }>): Promise<void> {
    if (event.kind === "outputs") return this.#registerOutputs(event);
    if (event.kind === "read") return this.#submit(readSteps(this.#deployment, event));
    const isRegistration = event.kind === "register";
    if (!isRegistration) this.#awaited--;
    const { steps, continues } = isRegistration
      ? await this.#registrations.generate(event)
      : await this.#registrations.resume(event);
    if (continues) this.#awaited++;
    return this.#submit(steps);
  }

  #submit(steps: Step[]): void {
    const failed = new Set(this.#executor.failedSteps.map(({ urn }) => urn));
    const possible = steps.filter((step) => {
      const subject = step.new ?? step.old;
      return failed.size === 0 || !subject || !dependenciesOf(subject).some(({ urn }) => failed.has(urn));
    });
    if (possible.length > 0) void this.#executor.run(possible);
  }

  async #registerOutputs(event: OutputsRegistration): Promise<void> {
    if (isRootStack(event.urn)) {
      this.#stackOutputs = event;
      event.done();
      return;
    }
    await this.#setOutputs(event, event.outputs);
    event.done();
  }

  async #setOutputs({ urn }: OutputsRegistration, outputs: PropertyMap): Promise<void> {
    const step = this.#executor.pendingOutputs.get(urn);
    if (step?.new === undefined)
      throw new Error(`cannot complete a resource '${urn}' whose registration isn't pending`);
    this.#executor.pendingOutputs.delete(urn);
    if (step instanceof SameStep && step.kind === "skipped-create") return;
    const { plan, olds, reporter } = this.#deployment;
    const before = outputsOf(olds.get(urn));
    plan.checkOutputs(urn, before, outputs);
    const recorded = recordedState(step.new);
    step.new.outputs = outputs;
    plan.registeredOutputs(urn, before, outputs);
    await this.#records.outputs(step.new, recorded);
    reporter.outputs(step);
  }

  /** When the run failed, an output that is missing may just not have come: the old one stays. */
  async #finishStackOutputs(failed: boolean): Promise<void> {
    const event = this.#stackOutputs;
    if (event === undefined) return;
    const before = outputsOf(this.#deployment.olds.get(event.urn));
    this.outputs = failed ? { ...before, ...event.outputs } : event.outputs;
    try {
      await this.#setOutputs(event, this.outputs);
    } catch (error) {
      this.#deployment.reporter.error(messageOf(error), event.urn);
    }
  }

  async #afterProgram(): Promise<boolean> {
    const { reporter } = this.#deployment;
    const unknown = this.#targeting.unknownTargets();
    for (const urn of unknown)
      reporter.error(`the target '${urn}' could not be found in the stack; a \`$\` in a URN must be quoted in a shell`);
    try {
      await this.#delete();
    } catch (error) {
      if (!(error instanceof Bail)) reporter.error(messageOf(error));
      return false;
    }
    return unknown.length === 0;
  }

  async #delete(): Promise<void> {
    await this.#executor.whenIdle();
    const { sames, deletes } = await deletions(this.#deployment);
    await this.#executor.run(sames);
    const { graph } = this.#deployment;
    const spared = new Set<unknown>();
    for (const group of scheduled(this.#deployment, deletes)) {
      for (const { old } of this.#executor.failedSteps)
        if (old !== undefined && graph.contains(old))
          for (const needed of graph.transitiveDependenciesOf(old)) spared.add(needed);
      await this.#executor.runAll(group.filter((step) => !spared.has(step.old)));
    }
  }
}
