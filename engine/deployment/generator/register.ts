/** Steps for a resource that the program registers. */
import { resetPaths } from "../../properties/path.ts";
import type { ResourceState } from "../../state/resource.ts";
import { isProviderType } from "../../urn.ts";
import type { PropertyMap } from "../../values.ts";
import type { Deployment } from "../deployment.ts";
import { Bail } from "../errors.ts";
import type { Registration } from "../goal.ts";
import { deniedPackage } from "../provider-registry.ts";
import { copyOf, inputsOf, stateOfGoal } from "../resource-state.ts";
import { CreateStep } from "../steps/create.ts";
import { ImportStep } from "../steps/import.ts";
import { ReplaceStep } from "../steps/replace.ts";
import { SameStep } from "../steps/same.ts";
import type { Step } from "../steps/step.ts";
import { findOld } from "./aliases.ts";
import { changeSteps } from "./change.ts";
import { admitUrn } from "./identity.ts";
import { checkedInputs } from "./inputs.ts";
import type { Policies } from "./policy.ts";
import type { Targeting } from "./targeting.ts";

/** A registration that waited goes on: for its import, with the imported state as the old one, or for its judgement. */
export type Continuation =
  | { kind: "imported"; subject: Subject }
  | { kind: "judged"; subject: Subject; judgement: Judgement };

type Judgement = { inputs: PropertyMap; forbidden: boolean } | { error: unknown };

interface Subject {
  registration: Registration;
  urn: string;
  old: ResourceState | undefined;
  new: ResourceState;
  randomSeed: Uint8Array;
  invalid: boolean;
  recreating: boolean;
  imported: boolean;
}

export interface Generated {
  steps: Step[];
  /** True when a continuation will come after the steps. */
  continues: boolean;
}

export class RegistrationSteps {
  readonly #deployment: Deployment;
  readonly #policies: Policies;
  readonly #targeting: Targeting;
  readonly #continue: (continuation: Continuation) => void;
  /** Judgements are made side by side and told in the order of the registrations. */
  #judged: Promise<void> = Promise.resolve();

  constructor(
    deployment: Deployment,
    policies: Policies,
    targeting: Targeting,
    onContinue: (continuation: Continuation) => void,
  ) {
    this.#deployment = deployment;
    this.#policies = policies;
    this.#targeting = targeting;
    this.#continue = onContinue;
  }

  async generate(registration: Registration): Promise<Generated> {
    const { seen, goals, plan } = this.#deployment;
    const { goal } = registration;
    const urn = admitUrn(this.#deployment, goal);
    const { old, alias, invalid } = findOld(this.#deployment, { urn, ...goal }, goal.aliases);
    goals.set(urn, goal);
    const state = stateOfGoal(urn, goal, old, alias);
    if (isProviderType(goal.type)) for (const key of [urn, ...(alias ? [alias] : [])]) seen.providers.set(key, state);
    await this.#loadProvider(urn, state);
    const subject: Subject = {
      registration,
      urn,
      old,
      new: state,
      randomSeed: plan.seedFor(urn),
      invalid,
      get recreating() {
        return seen.deletes.has(urn);
      },
      imported: false,
    };
    if (this.#isImport(subject)) return this.#import(subject);
    return this.#proceed(subject);
  }

  async resume(continuation: Continuation): Promise<Generated> {
    const { subject } = continuation;
    if (continuation.kind === "imported") return this.#proceed(subject);
    const { judgement } = continuation;
    if ("error" in judgement) throw judgement.error;
    subject.new.inputs = judgement.inputs;
    if (subject.invalid || judgement.forbidden) throw new Bail(`resource ${subject.urn} is invalid`);
    return { steps: this.#validated(await this.#steps(subject)), continues: false };
  }

  async #proceed(subject: Subject): Promise<Generated> {
    await this.#check(subject);
    if (this.#policies.any) {
      this.#judge(subject);
      return { steps: [], continues: true };
    }
    if (subject.invalid) throw new Bail(`resource ${subject.urn} is invalid`);
    return { steps: this.#validated(await this.#steps(subject)), continues: false };
  }

  /** The packs take their time: other registrations go on meanwhile. */
  #judge(subject: Subject): void {
    const judgement: Promise<Judgement> = this.#policies
      .judge(subject.new, subject.registration.goal)
      .catch((error: unknown) => ({ error }));
    const before = this.#judged;
    this.#judged = (async () => {
      await before;
      this.#continue({ kind: "judged", subject, judgement: await judgement });
    })();
  }

  /** The provider is there, or the registration is refused in its name. */
  async #loadProvider(urn: string, state: ResourceState): Promise<void> {
    const { registry, reporter } = this.#deployment;
    if (!state.custom || isProviderType(state.type)) return;
    const reference = state.provider ?? "";
    if (registry.get(reference) !== undefined) return;
    const denied = deniedPackage(reference);
    if (denied !== undefined) {
      reporter.error(`Default provider for '${denied}' disabled. '${urn}' must use an explicit provider.`, urn);
      throw new Bail(`default provider disabled for ${urn}`);
    }
    const old = this.#deployment.oldProvider(reference);
    if (old === undefined) {
      reporter.error(`unknown provider '${reference}' for resource '${urn}'`, urn);
      throw new Bail(`unknown provider for ${urn}`);
    }
    await this.#deployment.ensureProvider(reference);
    this.#targeting.keepProvider(old);
  }

  #isImport({ registration: { goal }, old }: Subject): boolean {
    if (!goal.custom || goal.importId === undefined) return false;
    return old === undefined || Boolean(old.external) || (old.importID ?? old.id) !== goal.importId;
  }

  #import(subject: Subject): Generated {
    const { registration, urn, old, new: state, randomSeed } = subject;
    const { plan, seen } = this.#deployment;
    plan.goal(urn, registration.goal, randomSeed, { old: {}, new: {} }, false);
    const replacing = old !== undefined && !subject.recreating ? old : undefined;
    const goalState = copyOf(state);
    const step = new ImportStep(this.#deployment, state, replacing, (imported) =>
      this.#continue({ kind: "imported", subject: { ...subject, old: imported, new: goalState, imported: true } }),
    );
    seen.imports.add(urn);
    const steps = replacing === undefined ? [step] : [step, new ReplaceStep(replacing, state, {})];
    // Judged by plan and targets is what follows from what is found.
    return { steps, continues: true };
  }

  async #steps(subject: Subject): Promise<Step[]> {
    const { seen, dryRun } = this.#deployment;
    const { registration, urn, old, new: state, recreating } = subject;
    const isTarget = this.#targeting.includes(state);
    if (recreating && old !== undefined) {
      // Deleted before because of a replacement that it depends on; now it is clear that it is replaced too.
      seen.deletes.delete(urn);
      seen.replaces.add(urn);
      const reasons = { keys: seen.dependentReplaceKeys.get(urn) ?? [] };
      return [
        new ReplaceStep(old, state, {}),
        new CreateStep(this.#deployment, registration, state, { old, reasons, pendingDelete: false }),
      ];
    }
    if (old?.external) {
      // The stack takes over a URN that it only read so far: it makes a resource of its own.
      seen.creates.add(urn);
      return [
        new CreateStep(this.#deployment, registration, state, { old, reasons: {}, pendingDelete: true }),
        new ReplaceStep(old, state, {}),
      ];
    }
    if (isTarget) this.#targeting.follow(state);
    if (old !== undefined && !isTarget) return this.#targeting.untouched(urn, old, registration);
    if (old !== undefined) return changeSteps(this.#deployment, { ...subject, old });
    if (!isTarget) {
      seen.sames.add(urn);
      seen.skippedCreates.add(urn);
      return [new SameStep(this.#deployment, registration, { old: copyOf(state), new: state }, "skipped-create")];
    }
    seen.creates.add(urn);
    if (!dryRun && state.id !== undefined) delete state.id;
    return [new CreateStep(this.#deployment, registration, state)];
  }

  /** Inputs checked by the provider and compared with the plan. */
  async #check(subject: Subject): Promise<void> {
    const { plan, reporter } = this.#deployment;
    const isTarget = this.#targeting.includes(subject.new);
    const { registration, urn, old, new: state, randomSeed, recreating } = subject;
    const { goal } = registration;
    const starts = recreating || old === undefined || Boolean(old.external) || Boolean(old.taint);
    const kept = resetPaths(inputsOf(state), inputsOf(old), old === undefined ? [] : goal.ignoreChanges);
    if (kept.failed.length > 0)
      reporter.info(`cannot ignore changes in added or removed elements of the path: ${kept.failed.join(", ")}`, urn);
    state.inputs = kept.inputs;
    if (goal.custom && !isTarget) state.inputs = inputsOf(old);
    else if (goal.custom) {
      const given = starts ? { olds: undefined, news: goal.inputs } : { olds: inputsOf(old), news: kept.inputs };
      const checked = await checkedInputs(this.#deployment, { state, randomSeed, ...given });
      state.inputs = checked.inputs;
      subject.invalid ||= checked.invalid;
    }
    if (isTarget) this.#targeting.keepDependencies(state);
    if (!subject.invalid) {
      const before = starts ? {} : inputsOf(old);
      plan.goal(urn, goal, randomSeed, { old: before, new: inputsOf(state) }, recreating || subject.imported);
      plan.checkGoal(urn, goal, old, { old: inputsOf(old), new: inputsOf(state) });
    }
  }

  #validated(steps: Step[]): Step[] {
    const { plan, seen } = this.#deployment;
    const all = [...this.#targeting.takeKept(), ...steps];
    for (const step of all) {
      plan.checkStep(step);
      plan.step(step, seen.aliased.get(step.urn) ?? step.urn);
    }
    this.#targeting.checkSkipped(all);
    return all;
  }
}
