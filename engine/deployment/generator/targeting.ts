/** Runs that are limited to some resources: who is one of them, and what is kept as it is for their sake. */

import type { ResourceState } from "../../state/resource.ts";
import { isProviderType, isRootStack, typeOf } from "../../urn.ts";
import type { Deployment } from "../deployment.ts";
import { Bail } from "../errors.ts";
import type { Registration } from "../goal.ts";
import { copyOf, type Dependency, dependenciesOf, providerUrnOf } from "../resource-state.ts";
import { SameStep } from "../steps/same.ts";
import type { Step } from "../steps/step.ts";
import type { Targets } from "../targets.ts";

export class Targeting {
  readonly #deployment: Deployment;
  /** The targets, and with `--target-dependents` what was found to depend on them. */
  readonly #actual: Targets;
  #queued: SameStep[] = [];
  readonly #queuedUrns = new Set<string>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#actual = deployment.targets.clone();
  }

  /** Whether the run may change the resource. Providers and the stack always come along. */
  includes(state: ResourceState): boolean {
    return isProviderType(typeOf(state.urn)) || isRootStack(state.urn) || this.#isTarget(state);
  }

  #isTarget(state: ResourceState): boolean {
    const { targets, request } = this.#deployment;
    if (targets.contains(state.urn)) return true;
    if (!request.targetDependents) return false;
    const provider = providerUrnOf(state);
    if (provider !== undefined && this.#actual.contains(provider)) return true;
    return dependenciesOf(state).some(({ urn }) => this.#actual.contains(urn));
  }

  /** What depends on this resource is found through it. */
  follow(state: ResourceState): void {
    if (this.#deployment.targets.constrained && this.#isTarget(state)) this.#actual.add(state.urn);
  }

  /** Keeps the old resources that a target needs and that nothing registers: they must stand before it in the state. */
  keepDependencies(state: ResourceState): void {
    if (!this.#deployment.targets.constrained) return;
    for (const { urn } of dependenciesOf(state)) this.#keep(urn);
  }

  #keep(urn: string): void {
    const { seen, olds } = this.#deployment;
    if (seen.hasStep(urn) || seen.aliased.has(urn) || this.#queuedUrns.has(urn)) return;
    const old = olds.get(urn);
    if (old === undefined) return;
    this.#queuedUrns.add(urn);
    const provider = old.provider === undefined ? undefined : this.#deployment.oldProvider(old.provider);
    if (provider !== undefined) this.#keep(provider.urn);
    for (const dependency of dependenciesOf(old)) this.#keep(dependency.urn);
    this.#queued.push(this.#untargetedSame(old, undefined));
  }

  /** Keeps a provider of the old state that a resource names. */
  keepProvider(old: ResourceState): void {
    if (this.#queuedUrns.has(old.urn)) return;
    this.#queuedUrns.add(old.urn);
    this.#queued.push(this.#untargetedSame(old, undefined));
  }

  /** The steps that were queued and that nobody else has made in the meantime. */
  takeKept(): Step[] {
    const { seen } = this.#deployment;
    const kept = this.#queued.filter(({ urn }) => !seen.hasStep(urn) && !seen.isOperatedOn(urn));
    this.#queued = [];
    for (const { urn } of kept) {
      seen.urns.add(urn);
      seen.sames.add(urn);
    }
    return kept;
  }

  #untargetedSame(old: ResourceState, registration: Registration | undefined): SameStep {
    const state = copyOf(old);
    delete state.id;
    return new SameStep(this.#deployment, registration, { old, new: state }, "untargeted");
  }

  /**
   * A registered resource that is no target stays as it was, and before it everything that it depended on: what the
   * program no longer has would otherwise stand behind it.
   */
  untouched(urn: string, old: ResourceState, registration: Registration): Step[] {
    const { registry } = this.#deployment;
    if (old.provider && registry.get(old.provider) === undefined) {
      const kind = this.#deployment.oldProvider(old.provider) === undefined ? "is not in the state" : "changed";
      throw new Error(
        `the provider ${old.provider} of the resource ${urn} ${kind}, which cannot be mixed with targets: ` +
          "change the program back to the former provider, or run without targets",
      );
    }
    const steps: Step[] = [];
    this.#collect(urn, old, registration, steps);
    return steps;
  }

  #collect(root: string, old: ResourceState, registration: Registration | undefined, steps: Step[]): void {
    const { seen, olds } = this.#deployment;
    if (old.delete) return;
    seen.urns.add(old.urn);
    seen.sames.add(root).add(old.urn);
    const provider = old.provider === undefined ? undefined : this.#deployment.oldProvider(old.provider);
    if (provider !== undefined && !seen.hasStep(provider.urn) && !seen.isOperatedOn(provider.urn))
      this.#collect(root, provider, undefined, steps);
    for (const dependency of dependenciesOf(old)) {
      // Under its new name it stands there already: kept under the old one too, it would be in the state twice.
      if (seen.hasStep(dependency.urn) || seen.aliased.has(dependency.urn)) continue;
      const needed = olds.get(dependency.urn);
      if (needed === undefined) throw new Bail(missing(dependency, root));
      this.#collect(root, needed, undefined, steps);
    }
    steps.push(this.#untargetedSame(old, registration));
  }

  /** Refuses steps that need a resource which is not made because it is no target. */
  checkSkipped(steps: Step[]): void {
    const { targets, seen, reporter, dryRun } = this.#deployment;
    if (!targets.constrained) return;
    for (const step of steps) {
      if (step.new === undefined || (step instanceof SameStep && step.kind === "skipped-create")) continue;
      const provider = providerUrnOf(step.new);
      const needs = [...dependenciesOf(step.new).map(({ urn }) => urn), ...(provider ? [provider] : [])];
      for (const urn of needs) {
        if (!seen.skippedCreates.has(urn)) continue;
        reporter.error(
          `Resource '${step.urn}' depends on '${urn}', which is not there and is no target: name it as a target too`,
          step.urn,
        );
        if (!dryRun) throw new Bail("untargeted create");
        seen.skippedCreates.delete(urn);
      }
    }
  }

  /** Refuses targets that are neither in the state nor in the program. */
  unknownTargets(): string[] {
    const { targets, allOlds, seen } = this.#deployment;
    return [...targets.literals].filter((urn) => !allOlds.has(urn) && !seen.urns.has(urn));
  }
}

function missing({ kind, urn, key }: Dependency, root: string): string {
  const what = { parent: "parent", dependency: "dependency", property: `dependency of property ${key}` };
  const label = kind === "deleted-with" || kind === "replace-with" ? kind : what[kind];
  return `${label} ${urn} of the untargeted resource ${root} is not in the state`;
}
