/** The policy packs' say: before a resource's step, and over the stack at the end. */
import type {
  AnalyzedProvider,
  AnalyzedResource,
  Analyzer,
  Judgement,
  PolicyDiagnostic,
  Remediation,
  ResourceJudgement,
} from "../../analyzer.ts";
import type { CustomTimeouts, ResourceState } from "../../state/resource.ts";
import { createUrn, nameOf, ROOT_STACK_TYPE } from "../../urn.ts";
import type { PropertyMap } from "../../values.ts";
import type { Deployment } from "../deployment.ts";
import { messageOf } from "../errors.ts";
import type { Goal } from "../goal.ts";
import { inputsOf, outputsOf } from "../resource-state.ts";

/** How many resources are told at once. */
const earlyPart = 32;
/** The same objects for every resource without: what is the same is not told again. */
const none: string[] = [];
const noProperties: Record<string, string[]> = {};
const noTimeouts: CustomTimeouts = {};

export class Policies {
  readonly #deployment: Deployment;
  #analyzers: Promise<Analyzer[]> | undefined;
  /** Goes on where it stopped: what is done is added at the end. */
  readonly #done: Iterator<ResourceState, undefined>;
  #toldEarly = 0;
  readonly #providers = new WeakMap<ResourceState, AnalyzedProvider>();

  constructor(deployment: Deployment) {
    this.#deployment = deployment;
    this.#done = deployment.news.values();
  }

  /** Packs start beside the program; the first resource waits for them. */
  #packs(): Promise<Analyzer[]> {
    this.#analyzers ??= Promise.all(this.#deployment.request.analyzers);
    return this.#analyzers;
  }

  /** Whether there are packs at all. */
  get any(): boolean {
    return this.#deployment.request.analyzers.length > 0;
  }

  /** The inputs after the remediations, and whether a mandatory rule forbids the step. */
  async judge(state: ResourceState, goal: Goal): Promise<{ inputs: PropertyMap; forbidden: boolean }> {
    const packs = await this.#packs();
    this.#tellEarly(packs);
    let inputs = inputsOf(state);
    const judged = new Map<Analyzer, Judgement>();
    for (const [index, pack] of packs.entries()) {
      const subject = this.#subject(state, goal, inputs);
      // Another pack's remediation may follow: only the last one is asked for its judgement at the same time.
      const { remediations, judgement } = await (index === packs.length - 1
        ? pack.judge(subject)
        : pack.remediate(subject).then((remediations): ResourceJudgement => ({ remediations }))
      ).catch(failed);
      if (judgement) judged.set(pack, judgement);
      inputs = this.#remediated(remediations, state.urn, inputs);
    }
    const judgements = await Promise.all(
      packs.map((pack) => judged.get(pack) ?? this.#analyze(pack, state, goal, inputs)),
    );
    const violated = judgements.map((judgement) => this.#report(judgement, () => state.urn));
    return { inputs, forbidden: violated.includes(true) && !this.#deployment.dryRun };
  }

  #analyze(pack: Analyzer, state: ResourceState, goal: Goal, inputs: PropertyMap): Promise<Judgement> {
    return pack.analyze(this.#subject(state, goal, inputs)).catch(failed);
  }

  /** Tells what the remediations did; the inputs after them. */
  #remediated(remediations: Remediation[], urn: string, inputs: PropertyMap): PropertyMap {
    const { reporter } = this.#deployment;
    let current = inputs;
    for (const { pack, packVersion, policy, properties, diagnostic } of remediations) {
      if (diagnostic !== undefined)
        reporter.emit({
          kind: "policy-violation",
          pack,
          packVersion,
          policy,
          level: "advisory",
          urn,
          message: diagnostic,
        });
      else if (properties !== undefined) {
        reporter.emit({ kind: "policy-remediation", pack, policy, urn, before: current, after: properties });
        current = properties;
      }
    }
    return current;
  }

  /** Rules over the whole stack, judged by outputs. Returns whether a mandatory one is violated. */
  async judgeStack(): Promise<boolean> {
    if (!this.any) return false;
    const { news, request } = this.#deployment;
    const resources = [...news.values()].map((state) => this.#inStack(state));
    const { stack, project } = request;
    const root = createUrn({ stack, project, parent: undefined, type: ROOT_STACK_TYPE, name: `${project}-${stack}` });
    const place = (urn: string): string => (news.has(urn) ? urn : root);
    const packs = await this.#packs();
    const judgements = await Promise.all(packs.map((pack) => pack.analyzeStack(resources)));
    for (const pack of packs) pack.dismiss();
    return judgements.map((judgement) => this.#report(judgement, place)).includes(true);
  }

  /** In parts, while the program goes on: at the end only what came last is still to be told. */
  #tellEarly(packs: Analyzer[]): void {
    const { news } = this.#deployment;
    if (news.size - this.#toldEarly < earlyPart) return;
    const part = Array.from({ length: earlyPart }, () => this.#done.next().value).filter(
      (state) => state !== undefined,
    );
    this.#toldEarly += part.length;
    const resources = part.map((state) => this.#inStack(state));
    for (const pack of packs) pack.tellEarly(resources);
  }

  /** As the rules over the whole stack see a resource. */
  #inStack(state: ResourceState): AnalyzedResource {
    const { dependencies = none, parent, propertyDependencies = noProperties } = state;
    return {
      ...this.#subject(state, this.#deployment.goals.get(state.urn), outputsOf(state)),
      ...(parent && { parent }),
      dependencies,
      propertyDependencies,
    };
  }

  #subject(state: ResourceState, goal: Goal | undefined, properties: PropertyMap): AnalyzedResource {
    const provider = state.provider ? this.#deployment.providerResource(state.provider) : undefined;
    return {
      type: state.type,
      urn: state.urn,
      name: nameOf(state.urn),
      properties,
      options: {
        protect: state.protect ?? false,
        ignoreChanges: state.ignoreChanges ?? none,
        additionalSecretOutputs: state.additionalSecretOutputs ?? none,
        aliases: state.aliases ?? none,
        customTimeouts: state.customTimeouts ?? noTimeouts,
        ...(goal?.deleteBeforeReplace !== undefined && { deleteBeforeReplace: goal.deleteBeforeReplace }),
        ...(state.parent && { parent: state.parent }),
      },
      ...(provider && { provider: this.#provider(provider) }),
    };
  }

  /** One object for all resources of a provider: it is told once. */
  #provider(state: ResourceState): AnalyzedProvider {
    const found = this.#providers.get(state);
    if (found) return found;
    const provider = { type: state.type, urn: state.urn, name: nameOf(state.urn), properties: inputsOf(state) };
    this.#providers.set(state, provider);
    return provider;
  }

  /** Tells what the rules found; true when a mandatory one is violated. */
  #report({ diagnostics, undecided }: Judgement, place: (urn: string) => string): boolean {
    const { reporter } = this.#deployment;
    for (const { pack, policy, level, urn, reason, message } of undecided)
      if (reason === "unknown")
        reporter.emit({ kind: "policy-unknown", pack, policy, level, urn: place(urn), message });
    const levels = diagnostics.map((diagnostic) => this.#violation(diagnostic, place(diagnostic.urn)));
    const violated = levels.includes("mandatory");
    if (violated) reporter.refusedByPolicy = true;
    return violated;
  }

  #violation({ pack, packVersion, policy, level, severity, message }: PolicyDiagnostic, urn: string) {
    // What a remediation did not put right is a violation of a mandatory rule.
    const inForce = level === "remediate" ? "mandatory" : level;
    this.#deployment.reporter.emit({
      kind: "policy-violation",
      pack,
      packVersion,
      policy,
      level: inForce,
      ...(severity !== undefined && { severity }),
      urn,
      message,
    });
    return inForce;
  }
}

function failed(error: unknown): never {
  throw new Error(`failed to run policy: ${messageOf(error)}`);
}
