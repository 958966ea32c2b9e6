/** A pack asked over Pulumi's analyzer protocol (`proto/pulumi/analyzer.proto`): the reference, as the CLI asks it. */
import protocol from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { AnalyzedResource } from "../../analyzer.ts";
import type { EnforcementLevel } from "../../events.ts";
import type { PropertyMap } from "../../values.ts";
import type { PolicyConfiguration, PolicyRule, RuleConfiguration } from "../configuration.ts";
import {
  type Finding,
  type Findings,
  type FoundRemediation,
  isChanged,
  type PackConnection,
  type PackInfo,
  type ResourceAnswer,
  type Tasks,
} from "../connection.ts";
import type { StackIdentity } from "../options.ts";
import { explained, type PackProcess } from "../process.ts";
import { analyzeRequest, analyzeStackRequest } from "./messages.ts";
import { UnaryClient } from "./unary-client.ts";

const levels: EnforcementLevel[] = ["advisory", "mandatory", "disabled", "remediate"];
const severities = [undefined, "low", "medium", "high", "critical"];
const kinds: PolicyRule["kind"][] = ["unknown", "resource", "stack"];

/** One connection for all requests: HTTP/2 carries them side by side. */
export class GrpcConnection implements PackConnection {
  readonly #client: UnaryClient;
  readonly #process: PackProcess;
  readonly #stack: StackIdentity;

  constructor(port: number, process: PackProcess, stack: StackIdentity) {
    this.#client = new UnaryClient(port);
    this.#process = process;
    this.#stack = stack;
  }

  async info(): Promise<PackInfo> {
    const request = bytes(new empty.Empty().serializeBinary());
    const info = await this.#call("GetAnalyzerInfo", request, protocol.AnalyzerInfo.deserializeBinary);
    const initial = [...info.getInitialconfigMap().entries()];
    return {
      name: info.getName(),
      version: info.getVersion(),
      rules: info.getPoliciesList().map(ruleOf),
      initial: Object.fromEntries(
        initial.map(([name, entry]) => {
          const level = levels[entry.getEnforcementlevel()];
          return [name, { ...(level && { level }), properties: entry.getProperties()?.toJavaScript() ?? {} }];
        }),
      ),
    };
  }

  async configure(settings: PolicyConfiguration): Promise<void> {
    await this.#call("Configure", configureRequest(settings), empty.Empty.deserializeBinary);
    const answer = protocol.AnalyzerStackConfigureResponse.deserializeBinary;
    await this.#call("ConfigureStack", stackRequest(this.#stack), answer);
  }

  async resource(resource: AnalyzedResource, { judge, remediate }: Tasks): Promise<ResourceAnswer> {
    const remediations = remediate ? await this.#remediate(resource) : [];
    if (!judge || isChanged(remediations)) return { remediations };
    const request = analyzeRequest(resource, { skipInternal: true });
    const answer = await this.#call("Analyze", request, protocol.AnalyzeResponse.deserializeBinary);
    return { remediations, judgement: findingsOf(answer) };
  }

  /** The protocol has one message for a whole stack. */
  early(): void {}

  async stack(resources: AnalyzedResource[]): Promise<Findings> {
    const request = analyzeStackRequest(resources);
    return findingsOf(await this.#call("AnalyzeStack", request, protocol.AnalyzeResponse.deserializeBinary));
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#process.stop();
  }

  async #remediate(resource: AnalyzedResource): Promise<FoundRemediation[]> {
    const request = analyzeRequest(resource, { skipInternal: false });
    const answer = await this.#call("Remediate", request, protocol.RemediateResponse.deserializeBinary);
    return answer.getRemediationsList().map((found) => {
      const properties = found.getProperties()?.toJavaScript() as PropertyMap | undefined;
      const diagnostic = found.getDiagnostic();
      return { policy: found.getPolicyname(), ...(properties && { properties }), ...(diagnostic && { diagnostic }) };
    });
  }

  async #call<T>(method: string, request: Buffer, read: (bytes: Uint8Array) => T): Promise<T> {
    let answer: Buffer;
    try {
      answer = await this.#client.call(`/pulumirpc.Analyzer/${method}`, request);
    } catch (error) {
      throw await explained(error instanceof Error ? error.message : String(error), this.#process);
    }
    return read(answer);
  }
}

function findingsOf(answer: InstanceType<typeof protocol.AnalyzeResponse>): Findings {
  return {
    findings: answer.getDiagnosticsList().map(findingOf),
    notApplicable: answer.getNotApplicableList().map((skipped) => ({
      policy: skipped.getPolicyName(),
      reason: skipped.getReason(),
    })),
  };
}

function findingOf(found: InstanceType<typeof protocol.AnalyzeDiagnostic>): Finding {
  const severity = severities[found.getSeverity()];
  const urn = found.getUrn();
  return {
    policy: found.getPolicyname(),
    description: found.getDescription(),
    message: found.getMessage(),
    level: levels[found.getEnforcementlevel()] ?? "advisory",
    ...(severity && { severity }),
    ...(urn && { urn }),
  };
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

function stackRequest(identity: StackIdentity): Buffer {
  const request = new protocol.AnalyzerStackConfigureRequest();
  request.setOrganization(identity.organization);
  request.setProject(identity.project);
  request.setStack(identity.stack);
  request.setDryRun(identity.preview);
  for (const [key, entry] of Object.entries(identity.config)) {
    request.getConfigMap().set(key, entry.value);
    if (entry.secret) request.addConfigSecretKeys(key);
  }
  return bytes(request.serializeBinary());
}

const bytes = (message: Uint8Array): Buffer => Buffer.from(message.buffer, message.byteOffset, message.byteLength);
