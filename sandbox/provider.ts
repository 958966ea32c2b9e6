/** One provider for all packages: the engine's interface over a package's table and the world. */
import type {
  CheckRequest,
  CheckResult,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  InvokeRequest,
  Provider,
  ReadRequest,
  ReadResult,
  ResourceIdentity,
  UpdateRequest,
} from "../engine/provider.ts";
import { isUnknown, type PropertyMap } from "../engine/values.ts";
import type { Backing } from "./backing.ts";
import { checkResource } from "./check.ts";
import { canonical } from "./compare.ts";
import { checkConfiguration, diffConfiguration, parseConfiguration } from "./configuration.ts";
import { diffResource } from "./diff.ts";
import type { Faults, Operation } from "./faults.ts";
import { computeOutputs, foreseeOutputs, openSecrets, present } from "./outputs.ts";
import type { Package, Place, TypeTable } from "./package.ts";
import { DEFAULTS } from "./structure.ts";
import type { ResourceType, Surroundings } from "./type.ts";
import type { World, WorldRecord } from "./world.ts";

/** What the real provider or the API behind it answers to a request that it does not accept. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly exitCode = 1;
}

export class TableProvider implements Provider {
  readonly #package: Package;
  readonly #table: TypeTable;
  readonly #world: World;
  readonly #faults: Faults;
  readonly #backings: readonly Backing[];
  #configuration: PropertyMap = {};
  #place: Place;
  #cancelled = false;

  constructor(definition: Package, table: TypeTable, world: World, faults: Faults, backings: readonly Backing[]) {
    this.#package = definition;
    this.#table = table;
    this.#world = world;
    this.#faults = faults;
    this.#backings = backings;
    this.#place = definition.configuration.place({});
  }

  async checkConfig({ newInputs }: CheckRequest): Promise<CheckResult> {
    return checkConfiguration(this.#package, newInputs);
  }

  async diffConfig(request: DiffRequest): Promise<DiffResult> {
    return diffConfiguration(request);
  }

  async configure(inputs: PropertyMap): Promise<void> {
    this.#configuration = parseConfiguration(this.#package, inputs);
    this.#place = this.#package.configuration.place(this.#configuration);
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const type = await this.#table.find(request.type);
    if (typeof type === "string") return { inputs: request.newInputs, failures: [{ property: "", reason: type }] };
    return checkResource(type, request, this.#placeOf(request.newInputs));
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    return diffResource(await this.#type(request.type), request);
  }

  async create(request: CreateRequest): Promise<CreateResult> {
    const type = await this.#type(request.type);
    const surroundings = this.#surroundings(request, request.inputs);
    if (request.preview) return { id: "", outputs: present(type, foreseeOutputs(type, request.inputs, surroundings)) };
    return this.#call("create", request, async () => {
      this.#admit(type, request.inputs, surroundings);
      const id = type.behaviour.id(request.inputs, surroundings);
      const computed = computeOutputs(type, request.inputs, surroundings, id);
      const resource = { type: type.facts.token, urn: request.urn, name: request.name, id, inputs: request.inputs };
      const answered = await this.#backing(request.type)?.create({
        ...resource,
        outputs: computed,
        configuration: this.#configuration,
      });
      const outputs = { ...computed, ...answered };
      this.#record(type, { ...resource, outputs }, surroundings);
      return { id, outputs: present(type, outputs) };
    });
  }

  async read(request: ReadRequest): Promise<ReadResult | undefined> {
    const type = await this.#type(request.type);
    return this.#call("read", request, async () => {
      const record = this.#locate(type, request.id, request.state);
      if (record === undefined) return undefined;
      const backing = this.#backing(request.type);
      const answered =
        backing === undefined
          ? {}
          : await backing.read({ ...record, name: request.name, configuration: this.#configuration });
      if (answered === undefined) return undefined;
      const outputs = { ...record.outputs, ...answered };
      return { id: request.id, inputs: readInputs(type, request, record, outputs), outputs: present(type, outputs) };
    });
  }

  async update(request: UpdateRequest): Promise<PropertyMap> {
    const type = await this.#type(request.type);
    const old = openSecrets(request.oldOutputs);
    const surroundings = { ...this.#surroundings(request, request.newInputs), old };
    if (request.preview) return present(type, foreseeOutputs(type, request.newInputs, surroundings));
    return this.#call("update", request, async () => {
      if (this.#locate(type, request.id, old) === undefined) {
        throw new Refusal(`${request.type} "${request.id}" does not exist`);
      }
      this.#admit(type, request.newInputs, surroundings, request.id);
      const computed = computeOutputs(type, request.newInputs, surroundings, request.id);
      const { id, urn, name, oldInputs } = request;
      const resource = { type: type.facts.token, urn, name, id, inputs: request.newInputs };
      const answered = await this.#backing(request.type)?.update({
        ...resource,
        outputs: computed,
        oldInputs,
        oldOutputs: old,
        configuration: this.#configuration,
      });
      const outputs = { ...computed, ...answered };
      this.#record(type, { ...resource, outputs }, surroundings);
      return present(type, outputs);
    });
  }

  async delete(request: DeleteRequest): Promise<void> {
    const { type, urn, name, id } = request;
    await this.#call("delete", request, async () => {
      const outputs = openSecrets(request.oldOutputs);
      await this.#backing(type)?.delete({
        type,
        urn,
        name,
        id,
        inputs: request.oldInputs,
        outputs,
        configuration: this.#configuration,
      });
      await this.#remove(type, id, outputs);
    });
  }

  async find(request: ResourceIdentity & { inputs: PropertyMap }): Promise<string | undefined> {
    const type = await this.#table.find(request.type);
    if (typeof type === "string") return undefined;
    const names = type.behaviour.unique?.(request.inputs, this.#surroundings(request, request.inputs)) ?? [];
    for (const name of names) {
      const owner = this.#world.owner(name);
      if (owner?.type === type.facts.token && owner.urn === request.urn) return owner.id;
    }
    // What has no name of its own is known by who made it, and from which inputs: the old half of a replacement has others.
    const wanted = canonical(JSON.stringify(request.inputs));
    const made = this.#world.madeBy(request.urn).filter((record) => record.type === type.facts.token);
    return made.findLast((record) => canonical(JSON.stringify(record.inputs)) === wanted)?.id;
  }

  async invoke({ token, args }: InvokeRequest): ReturnType<Provider["invoke"]> {
    const call = this.#package.functions[token];
    if (call === undefined) {
      throw new Refusal(
        `the sandbox does not know the function ${token}: add it to sandbox/${this.#package.name}/functions.ts`,
      );
    }
    const { result, failures } = call(args, this.#place, this.#world);
    return { result, failures: failures ?? [] };
  }

  async cancel(): Promise<void> {
    this.#cancelled = true;
  }

  /** The world and the backings belong to the source, which closes them. */
  async close(): Promise<void> {}

  async #remove(token: string, id: string, outputs: PropertyMap): Promise<void> {
    const type = await this.#table.find(token);
    if (typeof type === "string") return;
    const record = this.#locate(type, id, outputs);
    if (record === undefined) return;
    this.#world.remove(record);
    for (const other of type.behaviour.takesAlong?.(record, this.#world) ?? []) this.#world.remove(other);
  }

  /** An import knows the id only. */
  #locate({ facts, behaviour }: ResourceType, id: string, state: PropertyMap): WorldRecord | undefined {
    const { token } = facts;
    if (Object.keys(state).length > 0)
      return this.#world.get(token, id, behaviour.place?.(openSecrets(state), this.#configuration));
    return this.#world.list().find((record) => record.type === token && record.id === id);
  }

  async #type(token: string): Promise<ResourceType> {
    const type = await this.#table.find(token);
    if (typeof type === "string") throw new Refusal(type);
    return type;
  }

  #call<T>(operation: Operation, { type, name }: ResourceIdentity, effect: () => Promise<T>): Promise<T> {
    if (this.#cancelled) throw new Refusal(`${operation} of ${type} was cancelled`);
    return this.#faults.during({ operation, type, name }, effect);
  }

  #backing(type: string): Backing | undefined {
    return this.#backings.find((backing) => backing.handles(type));
  }

  #placeOf(inputs: PropertyMap): Place {
    const { region } = inputs;
    return typeof region === "string" && !isUnknown(region) ? { ...this.#place, region } : this.#place;
  }

  #surroundings({ name, urn }: ResourceIdentity, inputs: PropertyMap): Surroundings {
    return { ...this.#placeOf(inputs), name, urn, configuration: this.#configuration, world: this.#world };
  }

  /** Refuses what the API refuses only when it is asked to act. */
  #admit(type: ResourceType, inputs: PropertyMap, surroundings: Surroundings, own?: string): void {
    const { behaviour, facts } = type;
    const reason = this.#backing(facts.token)?.judges === true ? undefined : behaviour.admit?.(inputs, surroundings);
    if (reason !== undefined) throw new Refusal(reason);
    if (behaviour.taken === "overwrite") return;
    for (const name of behaviour.unique?.(inputs, surroundings) ?? []) {
      const owner = this.#world.owner(name);
      if (owner === undefined || (owner.type === facts.token && owner.id === own)) continue;
      throw new Refusal(behaviour.taken?.(inputs) ?? `${facts.token}: ${name} exists already`);
    }
  }

  #record(
    type: ResourceType,
    record: Omit<WorldRecord, "names" | "place"> & { name: string },
    surroundings: Surroundings,
  ): void {
    const { name: _, ...kept } = record;
    const place = type.behaviour.place?.(record.outputs, this.#configuration);
    const names = type.behaviour.unique?.(record.inputs, surroundings) ?? [];
    this.#world.put({ ...kept, names, ...(place === undefined ? {} : { place }) });
  }
}

/** The inputs that would make what exists: of the properties that were given before, or of all for an import. */
function readInputs(type: ResourceType, request: ReadRequest, record: WorldRecord, outputs: PropertyMap): PropertyMap {
  const imported = Object.keys(request.inputs).length === 0;
  const inputs: PropertyMap = {};
  for (const [name, value] of Object.entries(imported ? record.inputs : request.inputs)) {
    const recorded = type.facts.inputs.has(name) ? record.outputs[name] : undefined;
    const actual = outputs[name];
    // A value is taken from what exists only where that changed: the program's own spelling stays otherwise.
    const drifted =
      name !== DEFAULTS && JSON.stringify(actual) !== JSON.stringify(openSecrets(request.state)[name] ?? recorded);
    inputs[name] = drifted && actual !== undefined ? actual : value;
  }
  return inputs;
}
