/**
 * A policy pack as the engine's analyzer: the pack runs beside the program in a process of its own and is asked over
 * Pulumi's analyzer protocol. What its rules report is told apart in three: a finding, not applicable, and unknown
 * until the apply, which the protocol itself carries as an advisory finding.
 */
import protocol from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { AnalyzedResource, Analyzer, Judgement, PolicyUndecided, Remediation } from "../analyzer.ts";
import type { ConfigValue } from "../deployment/request.ts";
import type { EnforcementLevel } from "../events.ts";
import type { PropertyMap } from "../values.ts";
import { type PolicyConfiguration, type PolicyRule, type RuleConfiguration, reconcile } from "./configuration.ts";
import { PolicyPackError } from "./errors.ts";
import { analyzeRequest, analyzeStackRequest } from "./messages.ts";
import { type PackProcess, startPackProcess } from "./process.ts";
import { UnaryClient } from "./unary-client.ts";

export interface PolicyPackOptions {
  /** The folder of PulumiPolicy.yaml. */
  directory: string;
  organization: string;
  project: string;
  stack: string;
  preview: boolean;
  /** The program's configuration, which the pack's rules may read. */
  config: Record<string, ConfigValue>;
  /** What the user set for the pack's rules. */
  configuration?: PolicyConfiguration;
  /** Told each line that the pack prints. */
  output?: (line: string) => void;
  /** Folder in which Node keeps compiled code between runs: the pack's start takes half the time. */
  compileCache?: string;
}

export interface PolicyPack extends Analyzer {
  readonly version: string;
  /** With the levels that are in force. */
  readonly rules: PolicyRule[];
}

const levels: EnforcementLevel[] = ["advisory", "mandatory", "disabled", "remediate"];
const severities = [undefined, "low", "medium", "high", "critical"];
const kinds: PolicyRule["kind"][] = ["unknown", "resource", "stack"];

/** How `@pulumi/policy` reports that a rule read an unknown value (`server.js`). */
const unknownRead = /^can't run (?:policy|remediation) '.+' from policy pack '.+' during preview: /s;

/** Starts the pack and configures it. Errors: {@link PolicyPackError}. */
export async function startPolicyPack(options: PolicyPackOptions): Promise<PolicyPack> {
  const pack = await startPackProcess({
    directory: options.directory,
    environment: environmentOf(options),
    output: options.output ?? (() => {}),
  });
  const client = new UnaryClient(pack.port);
  const connection = new Connection(client, pack, options.directory);
  try {
    return await configured(connection, options);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function environmentOf(options: PolicyPackOptions): Record<string, string> {
  const config = Object.fromEntries(Object.entries(options.config).map(([key, entry]) => [key, entry.value]));
  return {
    PULUMI_NODEJS_ORGANIZATION: options.organization,
    PULUMI_NODEJS_PROJECT: options.project,
    PULUMI_NODEJS_STACK: options.stack,
    PULUMI_NODEJS_DRY_RUN: String(options.preview),
    PULUMI_CONFIG: JSON.stringify(config),
    ...(options.compileCache && { NODE_COMPILE_CACHE: options.compileCache }),
  };
}

async function configured(connection: Connection, options: PolicyPackOptions): Promise<PolicyPack> {
  const info = await connection.call(
    "GetAnalyzerInfo",
    bytes(new empty.Empty().serializeBinary()),
    protocol.AnalyzerInfo.deserializeBinary,
  );
  const rules = info.getPoliciesList().map(ruleOf);
  const initial = Object.fromEntries(
    info
      .getInitialconfigMap()
      .getEntryList()
      .map(([name, entry]) => {
        const level = levels[entry.getEnforcementlevel()];
        return [name, { ...(level && { level }), properties: entry.getProperties()?.toJavaScript() ?? {} }];
      }),
  );
  const settings = reconcile(info.getName(), rules, initial, options.configuration ?? {});
  await connection.call("Configure", configureRequest(settings), empty.Empty.deserializeBinary);
  await connection.call(
    "ConfigureStack",
    stackRequest(options),
    protocol.AnalyzerStackConfigureResponse.deserializeBinary,
  );
  const inForce = rules.map((rule) => ({ ...rule, level: settings[rule.name]?.level ?? rule.level }));
  return new RunningPack(connection, info.getName(), info.getVersion(), inForce, options);
}

function ruleOf(info: InstanceType<typeof protocol.PolicyInfo>): PolicyRule {
  const severity = severities[info.getSeverity()];
  const remediation = info.getRemediationSteps();
  const url = info.getUrl();
  return {
    name: info.getName(),
    description: info.getDescription(),
    level: levels[info.getEnforcementlevel()] ?? "advisory",
    kind: kinds[info.getPolicyType()] ?? "unknown",
    settings: (info.getConfigschema()?.getProperties()?.toJavaScript() ?? {}) as PolicyRule["settings"],
    requiredSettings: info.getConfigschema()?.getRequiredList() ?? [],
    ...(severity && { severity }),
    ...(remediation && { remediation }),
    ...(url && { url }),
  };
}

function configureRequest(settings: PolicyConfiguration): Buffer {
  const request = new protocol.ConfigureAnalyzerRequest();
  for (const [name, rule] of Object.entries(settings)) request.getPolicyconfigMap().set(name, configOf(rule));
  return bytes(request.serializeBinary());
}

function configOf(rule: RuleConfiguration): InstanceType<typeof protocol.PolicyConfig> {
  const config = new protocol.PolicyConfig();
  config.setEnforcementlevel(levels.indexOf(rule.level ?? "advisory") as 0 | 1 | 2 | 3);
  config.setProperties(
    struct.Struct.fromJavaScript(rule.properties as Parameters<typeof struct.Struct.fromJavaScript>[0]),
  );
  return config;
}

function stackRequest(options: PolicyPackOptions): Buffer {
  const request = new protocol.AnalyzerStackConfigureRequest();
  request.setOrganization(options.organization);
  request.setProject(options.project);
  request.setStack(options.stack);
  request.setDryRun(options.preview);
  for (const [key, entry] of Object.entries(options.config)) {
    request.getConfigMap().set(key, entry.value);
    if (entry.secret) request.addConfigSecretKeys(key);
  }
  return bytes(request.serializeBinary());
}

const bytes = (message: Uint8Array): Buffer => Buffer.from(message.buffer, message.byteOffset, message.byteLength);

/** One connection for all requests: HTTP/2 carries them side by side. */
class Connection {
  readonly #client: UnaryClient;
  readonly #process: PackProcess;
  readonly #directory: string;
  constructor(client: UnaryClient, process: PackProcess, directory: string) {
    this.#client = client;
    this.#process = process;
    this.#directory = directory;
  }

  async call<T>(method: string, request: Buffer, read: (bytes: Uint8Array) => T): Promise<T> {
    let answer: Buffer;
    try {
      answer = await this.#client.call(`/pulumirpc.Analyzer/${method}`, request);
    } catch (error) {
      throw await this.#explain(error instanceof Error ? error : new Error(String(error)));
    }
    return read(answer);
  }

  async #explain(error: Error): Promise<Error> {
    // A connection that breaks may be told a moment before the end of the process that broke it.
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (this.#process.ended()) {
      const said = this.#process.errors();
      const text = `The policy pack in ${this.#directory} stopped${said ? `:\n${said}` : " unexpectedly."}`;
      return new PolicyPackError(text, 1);
    }
    return new PolicyPackError(withoutLibraryFrames(error.message), 1);
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#process.stop();
  }
}

/** The SDK sends a broken rule's stack: the frames in the pack's own files help its author, the rest is noise. */
function withoutLibraryFrames(text: string): string {
  const lines = text.split("\n");
  return lines.filter((line) => !/^\s+at /.test(line) || !/node_modules|node:|<anonymous>/.test(line)).join("\n");
}

class RunningPack implements PolicyPack {
  readonly name: string;
  readonly version: string;
  readonly rules: PolicyRule[];
  readonly #connection: Connection;
  readonly #byName: Map<string, PolicyRule>;
  readonly #stackUrn: string;
  readonly #judgesResources: boolean;
  readonly #remediates: boolean;
  readonly #judgesStacks: boolean;

  constructor(connection: Connection, name: string, version: string, rules: PolicyRule[], options: PolicyPackOptions) {
    this.#connection = connection;
    this.name = name;
    this.version = version;
    this.rules = rules;
    this.#byName = new Map(rules.map((rule) => [rule.name, rule]));
    const { stack, project } = options;
    this.#stackUrn = `urn:pulumi:${stack}::${project}::pulumi:pulumi:Stack::${project}-${stack}`;
    // A request that no rule would answer is not sent: for a pack without remediations that halves the work.
    const active = rules.filter((rule) => rule.level !== "disabled");
    this.#judgesResources = active.some((rule) => rule.kind !== "stack");
    this.#judgesStacks = active.some((rule) => rule.kind !== "resource");
    this.#remediates = active.some((rule) => rule.level === "remediate" && rule.kind !== "stack");
  }

  async analyze(resource: AnalyzedResource): Promise<Judgement> {
    if (!this.#judgesResources) return { diagnostics: [], undecided: [] };
    const request = analyzeRequest(resource, { skipInternal: true });
    const response = await this.#connection.call("Analyze", request, protocol.AnalyzeResponse.deserializeBinary);
    return this.#judgement(response, resource.urn);
  }

  async analyzeStack(resources: AnalyzedResource[]): Promise<Judgement> {
    if (!this.#judgesStacks) return { diagnostics: [], undecided: [] };
    const request = analyzeStackRequest(resources);
    const response = await this.#connection.call("AnalyzeStack", request, protocol.AnalyzeResponse.deserializeBinary);
    return this.#judgement(response, this.#stackUrn);
  }

  async remediate(resource: AnalyzedResource): Promise<Remediation[]> {
    if (!this.#remediates) return [];
    const request = analyzeRequest(resource, { skipInternal: false });
    const response = await this.#connection.call("Remediate", request, protocol.RemediateResponse.deserializeBinary);
    return response.getRemediationsList().map((found) => {
      const properties = found.getProperties()?.toJavaScript() as PropertyMap | undefined;
      const diagnostic = found.getDiagnostic();
      return {
        pack: found.getPolicypackname(),
        packVersion: found.getPolicypackversion(),
        policy: found.getPolicyname(),
        ...(properties && { properties }),
        ...(diagnostic && { diagnostic }),
      };
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #judgement(response: InstanceType<typeof protocol.AnalyzeResponse>, urn: string): Judgement {
    const judgement: Judgement = { diagnostics: [], undecided: [] };
    for (const found of response.getDiagnosticsList()) {
      const policy = found.getPolicyname();
      const about = {
        pack: found.getPolicypackname(),
        policy,
        urn: found.getUrn() || urn,
        message: found.getMessage(),
      };
      const level = levels[found.getEnforcementlevel()] ?? "advisory";
      if (level === "advisory" && unknownRead.test(about.message)) {
        judgement.undecided.push({ ...about, level: this.#levelOf(policy), reason: "unknown" });
        continue;
      }
      const severity = severities[found.getSeverity()] ?? this.#byName.get(policy)?.severity;
      judgement.diagnostics.push({
        ...about,
        packVersion: found.getPolicypackversion(),
        level,
        description: found.getDescription(),
        ...(severity && { severity }),
      });
    }
    for (const skipped of response.getNotApplicableList()) {
      judgement.undecided.push(this.#notApplicable(skipped.getPolicyName(), skipped.getReason(), urn));
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
