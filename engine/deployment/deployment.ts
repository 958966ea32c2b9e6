/** Everything that the parts of one run share. */
import type { Provider } from "../provider.ts";
import type { PendingOperation, ResourceState } from "../state/resource.ts";
import { createUrn, parseProviderReference } from "../urn.ts";
import { DependencyGraph } from "./dependency-graph.ts";
import type { Goal } from "./goal.ts";
import { PlanKeeper } from "./plan.ts";
import type { ProviderCalls } from "./provider-calls.ts";
import { ProviderRegistry, referencedUrn } from "./provider-registry.ts";
import type { Reporter } from "./reporter.ts";
import type { DeploymentRequest } from "./request.ts";
import { Seen } from "./seen.ts";
import { Targets } from "./targets.ts";

export class Deployment {
  readonly request: DeploymentRequest;
  readonly dryRun: boolean;
  readonly reporter: Reporter;
  readonly registry: ProviderRegistry;
  readonly targets: Targets;
  readonly seen = new Seen();
  readonly plan: PlanKeeper;
  readonly goals = new Map<string, Goal>();
  /** The states that this run made or kept, by URN. */
  readonly news = new Map<string, ResourceState>();
  readonly reads = new Map<string, ResourceState>();
  /** The state before, in dependency order; a refresh at the start of the run changes it. */
  base: ResourceState[] = [];
  pendingOperations: PendingOperation[];
  graph = new DependencyGraph([]);
  /** The states that are alive, by URN. */
  olds = new Map<string, ResourceState>();
  /** All states of a URN: a replaced one waits for its deletion beside the one that is alive. */
  allOlds = new Map<string, ResourceState[]>();

  constructor(request: DeploymentRequest, reporter: Reporter, builtin: (deployment: Deployment) => Provider) {
    this.request = request;
    this.reporter = reporter;
    this.dryRun = request.command === "preview" || request.dryRun === true;
    this.registry = new ProviderRegistry(request.providers, builtin(this));
    this.targets = new Targets(request.targets);
    this.plan = new PlanKeeper(request.plan, request.wantPlan === true);
    this.pendingOperations = request.snapshot.pendingOperations;
    this.setBase(request.snapshot.resources.map((state) => ({ ...state })));
  }

  setBase(resources: ResourceState[]): void {
    this.base = resources;
    this.graph = new DependencyGraph(resources);
    this.olds = new Map();
    this.allOlds = new Map();
    for (const state of resources) {
      this.allOlds.set(state.urn, [...(this.allOlds.get(state.urn) ?? []), state]);
      if (state.delete) continue;
      if (this.olds.has(state.urn)) throw new Error(`the state has two resources '${state.urn}'`);
      this.olds.set(state.urn, state);
    }
  }

  urnOf(goal: { parent: string | undefined; type: string; name: string }): string {
    return createUrn({ ...goal, stack: this.request.stack, project: this.request.project });
  }

  /** Targets that are not in the state. */
  unknownTargets(): string[] {
    return [...this.targets.literals].filter((urn) => !this.allOlds.has(urn));
  }

  /** The loaded provider of a resource. */
  providerFor(state: ResourceState): ProviderCalls {
    const calls = this.registry.get(state.provider ?? "");
    if (calls === undefined) throw new Error(`unknown provider '${state.provider}' for resource ${state.urn}`);
    return calls;
  }

  /** The provider of a resource of the old state, loaded if need be. */
  async ensureProviderFor(state: ResourceState): Promise<ProviderCalls> {
    return this.ensureProvider(state.provider ?? "");
  }

  async ensureProvider(reference: string): Promise<ProviderCalls> {
    const present = this.registry.get(reference);
    if (present !== undefined) return present;
    const old = this.oldProvider(reference);
    if (old === undefined) throw new Error(`could not find provider '${reference}'`);
    return this.registry.ensure(reference, old);
  }

  /** The provider resource of the old state to which the reference points: the URN and the id agree. */
  oldProvider(reference: string): ResourceState | undefined {
    const { urn, id } = parseProviderReference(reference);
    return this.allOlds.get(urn)?.find((state) => state.id === id);
  }

  /** The provider resource that a resource uses, as this run knows it. */
  providerResource(reference: string): ResourceState | undefined {
    return this.seen.providers.get(referencedUrn(reference)) ?? this.oldProvider(reference);
  }
}
