/**
 * The resource monitor: answers Pulumi's protocol. It takes and gives the protocol's own messages and knows nothing of
 * how they travel; `in-process.ts` and `grpc.ts` carry them.
 */
import { status } from "@grpc/grpc-js";
import providerProtocol from "@pulumi/pulumi/proto/provider_pb.js";
import protocol, {
  type ReadResourceRequest,
  type RegisterResourceOutputsRequest,
  type RegisterResourceRequest,
  type ResourceInvokeRequest,
  type SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Deployment } from "../deployment/deployment.ts";
import { messageOf } from "../deployment/errors.ts";
import { type Goal, plainGoal, type Registered } from "../deployment/goal.ts";
import type { ProgramEvents } from "../deployment/program.ts";
import { deniedPackage, withPlugin } from "../deployment/provider-registry.ts";
import { unsupported } from "../deployment/unsupported.ts";
import { hashAssets, plainAssets } from "../properties/assets.ts";
import { outputDependencies, unwrapMap } from "../properties/secrecy.ts";
import { isProviderType, packageOf, packageOfProviderType, ROOT_STACK_TYPE } from "../urn.ts";
import type { PropertyMap } from "../values.ts";
import * as decode from "./decode.ts";
import { DefaultPlugins } from "./default-plugins.ts";
import { DefaultProviders } from "./default-providers.ts";
import { Refusal } from "./failure.ts";
import { features, supports } from "./features.ts";
import { Lineage } from "./lineage.ts";

type Outcome = Pick<Registered, "state" | "unknown">;

export class ResourceMonitor {
  readonly #deployment: Deployment;
  readonly #queue: ProgramEvents;
  readonly #plugins: DefaultPlugins;
  readonly #defaults: DefaultProviders;
  readonly #lineage = new Lineage();
  readonly #over: Promise<void>;
  #end: () => void = () => {};
  #finished = false;
  /** Resolves when the stack itself is registered. */
  readonly stackRegistered: Promise<void>;
  #stackIsRegistered: () => void = () => {};

  constructor(deployment: Deployment, queue: ProgramEvents) {
    this.#deployment = deployment;
    this.#queue = queue;
    this.#over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.stackRegistered = new Promise((resolve) => {
      this.#stackIsRegistered = resolve;
    });
    this.#plugins = new DefaultPlugins(deployment.request);
    this.#defaults = new DefaultProviders(
      deployment.request.config,
      (packageName) => this.#plugins.for(packageName),
      async (goal) => (await this.#register(goal)).state,
    );
  }

  /** The program registers nothing more. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#queue.push({ kind: "finished" });
  }

  fail(): void {
    this.#queue.push({ kind: "failed" });
  }

  /** The run is over: whoever waits for the shutdown may go. */
  end(): void {
    this.#end();
  }

  #register(goal: Goal): Promise<Outcome> {
    return new Promise((done) => this.#queue.push({ kind: "register", goal, done }));
  }

  async supportsFeature(request: SupportsFeatureRequest) {
    return new protocol.SupportsFeatureResponse().setHassupport(supports(request.getId()));
  }

  async getDeploymentInfo() {
    const { project, stack, organization, parallel, config } = this.#deployment.request;
    const info = new protocol.DeploymentInfo();
    info.setProject(project).setStack(stack).setOrganization(organization).setParallel(parallel);
    info.setDryrun(this.#deployment.dryRun);
    for (const [key, { value, secret }] of Object.entries(config)) {
      info.getConfigMap().set(key, value);
      if (secret) info.addConfigsecretkeys(key);
    }
    return info.setSupportedfeaturesList(features);
  }

  async registerResource(request: RegisterResourceRequest) {
    refuseUnsupported(request);
    const goal = await this.#goalOf(request);
    const { state, unknown } = await this.#register(goal);
    this.#lineage.settle(state.urn, goal, request);
    if (goal.type === ROOT_STACK_TYPE) this.#stackIsRegistered();
    const outputs = goal.custom ? (state.outputs ?? {}) : {};
    const response = new protocol.RegisterResourceResponse();
    response
      .setUrn(state.urn)
      .setId(state.id ?? "")
      .setUnknown(unknown);
    return response.setObject(struct.Struct.fromJavaScript(outputs));
  }

  async #goalOf(request: RegisterResourceRequest): Promise<Goal> {
    const { projectDirectory } = this.#deployment.request.program;
    const type = request.getType();
    const parent = request.getParent() || undefined;
    const inputs = await hashAssets(decode.valuesOf(request.getObject()), projectDirectory);
    const propertyDependencies = decode.propertyDependenciesOf(request, inputs);
    for (const [key, value] of Object.entries(inputs))
      propertyDependencies[key] = [...new Set([...(propertyDependencies[key] ?? []), ...outputDependencies(value)])];
    const inherited = this.#lineage.inherited(request, parent);
    const isProvider = isProviderType(type);
    const isDbrGiven = request.getDeletebeforereplacedefined() || request.getDeletebeforereplace();
    return plainGoal({
      type,
      name: request.getName(),
      custom: request.getCustom(),
      inputs: isProvider ? this.#withPlugin(request, inputs) : inputs,
      parent,
      ...inherited,
      dependencies: request.getDependenciesList(),
      propertyDependencies,
      provider: request.getCustom() && !isProvider ? await this.#providerOf(request, inherited.provider) : undefined,
      deleteBeforeReplace: isDbrGiven ? request.getDeletebeforereplace() : undefined,
      ignoreChanges: request.getIgnorechangesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      aliases: decode.aliasesOf(request),
      importId: request.getImportid() || undefined,
      customTimeouts: decode.customTimeoutsOf(request),
      replaceOnChanges: request.getReplaceonchangesList(),
      replaceWith: request.getReplaceWithList(),
      hideDiff: decode.pathsOf(request.getHidediffsList()),
      sourcePosition: decode.sourcePositionOf(request, projectDirectory),
    });
  }

  /** A provider that does not say which plugin it wants gets that of the default provider. */
  #withPlugin(request: RegisterResourceRequest, inputs: PropertyMap): PropertyMap {
    const [version, url] = [request.getVersion(), request.getPlugindownloadurl()];
    if (version !== "" || url !== "") return withPlugin(inputs, version || undefined, url || undefined);
    const usual = this.#plugins.for(packageOfProviderType(request.getType()));
    return withPlugin(inputs, usual.version, usual.pluginDownloadURL);
  }

  /** The reference that the program gives, that a parent passes on, or that of the default provider. */
  async #providerOf(request: RegisterResourceRequest, inherited: string | undefined): Promise<string> {
    const packageName = packageOf(request.getType());
    const parent = request.getParent() || undefined;
    const given =
      inherited ?? this.#lineage.providerFor(packageName, parent, request.getProvidersMap().get(packageName));
    return given ?? this.#defaultProvider(request, packageName);
  }

  #defaultProvider(
    request: RegisterResourceRequest | ReadResourceRequest | ResourceInvokeRequest,
    packageName: string,
  ): Promise<string> {
    const version = request.getVersion() || undefined;
    const pluginDownloadURL = request.getPlugindownloadurl() || undefined;
    return this.#defaults.reference({ package: packageName, version, pluginDownloadURL });
  }

  async registerResourceOutputs(request: RegisterResourceOutputsRequest) {
    const outputs = await hashAssets(
      decode.valuesOf(request.getOutputs()),
      this.#deployment.request.program.projectDirectory,
    );
    await new Promise<void>((done) => this.#queue.push({ kind: "outputs", urn: request.getUrn(), outputs, done }));
    return new empty.Empty();
  }

  async readResource(request: ReadResourceRequest) {
    const type = request.getType();
    if (request.getPackageref() !== "") throw unsupported("parameterized packages");
    const packageName = packageOf(type);
    const provider = request.getProvider() || (await this.#defaultProvider(request, packageName));
    const denied = deniedPackage(provider);
    if (denied !== undefined)
      throw new Refusal(
        status.UNKNOWN,
        `Default provider for '${denied}' disabled. '${type}' must use an explicit provider.`,
      );
    const { state } = await new Promise<Outcome>((done) =>
      this.#queue.push({
        kind: "read",
        type,
        name: request.getName(),
        id: request.getId(),
        parent: request.getParent() || undefined,
        inputs: plainAssets(decode.valuesOf(request.getProperties())),
        dependencies: request.getDependenciesList(),
        provider,
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        sourcePosition: decode.sourcePositionOf(request, this.#deployment.request.program.projectDirectory),
        done,
      }),
    );
    const response = new protocol.ReadResourceResponse().setUrn(state.urn);
    return response.setProperties(struct.Struct.fromJavaScript(state.outputs ?? {}));
  }

  async invoke(request: ResourceInvokeRequest) {
    const token = request.getTok();
    if (request.getPackageref() !== "") throw unsupported("parameterized packages");
    const packageName = packageOf(token);
    const reference =
      request.getProvider() ||
      (this.#lineage.providerFor(packageName, request.getParent() || undefined, undefined) ??
        (await this.#defaultProvider(request, packageName)));
    const denied = deniedPackage(reference);
    if (denied !== undefined)
      throw new Refusal(
        status.UNKNOWN,
        `Default provider for '${denied}' disabled. '${token}' must use an explicit provider.`,
      );
    const provider = this.#deployment.registry.get(reference);
    if (provider === undefined)
      throw new Refusal(status.UNKNOWN, `unknown provider '${reference}' for the function ${token}`);
    const args: PropertyMap = decode.valuesOf(request.getArgs());
    const { result, failures } = await provider.invoke(token, args).catch((error: unknown) => {
      throw new Refusal(status.UNKNOWN, `invocation of ${token} returned an error: ${messageOf(error)}`);
    });
    const response = new protocol.ResourceInvokeResponse();
    response.setReturn(struct.Struct.fromJavaScript(request.getAcceptresources() ? result : unwrapMap(result)));
    for (const { property, reason } of failures) response.addFailures(checkFailure(property, reason));
    return response;
  }

  async signalAndWaitForShutdown() {
    this.finish();
    await this.#over;
    return new empty.Empty();
  }
}

function checkFailure(property: string, reason: string) {
  return new providerProtocol.CheckFailure().setProperty(property).setReason(reason);
}

function refuseUnsupported(request: RegisterResourceRequest): void {
  if (request.getRemote()) throw unsupported("components that are built in a provider (remote components)");
  if (request.getPackageref() !== "") throw unsupported("parameterized packages");
  if (request.getTransformsList().length > 0) throw unsupported("transforms");
  if (request.getHooks() !== undefined) throw unsupported("resource hooks");
  if (request.getReplacementTrigger() !== undefined) throw unsupported("the option replacementTrigger");
  if (packageOf(request.getType()) === "pulumi-nodejs") throw unsupported("dynamic providers");
}
