/**
 * A pack that answers, as the engine's analyzer. What its rules report is told apart in three: a finding, not applicable,
 * and unknown until the apply, which Pulumi's protocol itself carries as an advisory finding.
 */
import type {
  AnalyzedResource,
  Analyzer,
  Judgement,
  PolicyUndecided,
  Remediation,
  ResourceJudgement,
} from "../analyzer.ts";
import type { EnforcementLevel } from "../events.ts";
import type { PolicyRule } from "./configuration.ts";
import type { Findings, FoundRemediation, PackConnection, PackInfo } from "./connection.ts";

/** How `@pulumi/policy` reports that a rule read an unknown value (`server.js`). */
const unknownRead = /^can't run (?:policy|remediation) '.+' from policy pack '.+' during preview: /s;

export interface PolicyPack extends Analyzer {
  readonly version: string;
  /** With the levels that are in force. */
  readonly rules: PolicyRule[];
  /** The way by which the pack is asked. */
  readonly transport: PackTransport;
}

export type PackTransport = "direct" | "grpc";

export class RunningPack implements PolicyPack {
  readonly name: string;
  readonly version: string;
  readonly rules: PolicyRule[];
  readonly transport: PackTransport;
  readonly #connection: PackConnection;
  readonly #byName: Map<string, PolicyRule>;
  readonly #stackUrn: string;
  readonly #judgesResources: boolean;
  readonly #remediates: boolean;
  readonly #judgesStacks: boolean;
  #closed: Promise<void> | undefined;

  /** `stackUrn` is where a finding about the whole stack belongs. */
  constructor(connection: PackConnection, transport: PackTransport, info: PackInfo, stackUrn: string) {
    this.#connection = connection;
    this.transport = transport;
    this.name = info.name;
    this.version = info.version;
    this.rules = info.rules;
    this.#byName = new Map(info.rules.map((rule) => [rule.name, rule]));
    this.#stackUrn = stackUrn;
    // A request that no rule would answer is not sent: for a pack without remediations that halves the work.
    const active = info.rules.filter((rule) => rule.level !== "disabled");
    this.#judgesResources = active.some((rule) => rule.kind !== "stack");
    this.#judgesStacks = active.some((rule) => rule.kind !== "resource");
    this.#remediates = active.some((rule) => rule.level === "remediate" && rule.kind !== "stack");
  }

  async judge(resource: AnalyzedResource): Promise<ResourceJudgement> {
    if (!this.#judgesResources) return { remediations: [], judgement: nothing() };
    const tasks = { remediate: this.#remediates, judge: true };
    const { remediations, judgement } = await this.#connection.resource(resource, tasks);
    return {
      remediations: this.#remediations(remediations),
      ...(judgement && { judgement: this.#judgement(judgement, resource.urn) }),
    };
  }

  async analyze(resource: AnalyzedResource): Promise<Judgement> {
    if (!this.#judgesResources) return nothing();
    const { judgement } = await this.#connection.resource(resource, { remediate: false, judge: true });
    return judgement ? this.#judgement(judgement, resource.urn) : nothing();
  }

  tellEarly(resources: AnalyzedResource[]): void {
    if (this.#judgesStacks) this.#connection.early(resources);
  }

  async analyzeStack(resources: AnalyzedResource[]): Promise<Judgement> {
    if (!this.#judgesStacks) return nothing();
    return this.#judgement(await this.#connection.stack(resources), this.#stackUrn);
  }

  async remediate(resource: AnalyzedResource): Promise<Remediation[]> {
    if (!this.#remediates) return [];
    const { remediations } = await this.#connection.resource(resource, { remediate: true, judge: false });
    return this.#remediations(remediations);
  }

  dismiss(): void {
    this.#closed ??= this.#connection.close();
    // Waited for, and told, by whoever closes.
    this.#closed.catch(() => undefined);
  }

  async close(): Promise<void> {
    this.dismiss();
    await this.#closed;
  }

  #remediations(found: FoundRemediation[]): Remediation[] {
    return found.map((remediation) => ({ pack: this.name, packVersion: this.version, ...remediation }));
  }

  #judgement({ findings, notApplicable }: Findings, resourceUrn: string): Judgement {
    const judgement: Judgement = { diagnostics: [], undecided: [] };
    for (const { policy, urn = resourceUrn, message, level, description, severity: own } of findings) {
      const about = { pack: this.name, policy, urn, message };
      if (level === "advisory" && unknownRead.test(message)) {
        judgement.undecided.push({ ...about, level: this.#levelOf(policy), reason: "unknown" });
        continue;
      }
      const severity = own ?? this.#byName.get(policy)?.severity;
      const packVersion = this.version;
      judgement.diagnostics.push({ ...about, packVersion, level, description, ...(severity && { severity }) });
    }
    for (const { policy, reason } of notApplicable) {
      judgement.undecided.push(this.#notApplicable(policy, reason, resourceUrn));
    }
    return judgement;
  }

  #notApplicable(policy: string, message: string, urn: string): PolicyUndecided {
    return { pack: this.name, policy, level: this.#levelOf(policy), urn, reason: "not-applicable", message };
  }

  #levelOf(policy: string): EnforcementLevel {
    return this.#byName.get(policy)?.level ?? "advisory";
  }
}

const nothing = (): Judgement => ({ diagnostics: [], undecided: [] });
