/** What a resource looks like after an operation, or is expected to look like in a preview of it. */
import { isMap, isSecret, isUnknown, type PropertyMap, type PropertyValue, secret, UNKNOWN } from "../engine/values.ts";
import type { PropertyFacts } from "./facts.ts";
import { DEFAULTS } from "./structure.ts";
import type { ResourceType, Surroundings } from "./type.ts";

/** The outputs after a create, or after an update where `surroundings.old` is given. Secrets are not marked yet. */
export function computeOutputs(
  type: ResourceType,
  inputs: PropertyMap,
  surroundings: Surroundings,
  id: string,
): PropertyMap {
  const outputs = settled(type, inputs);
  if (surroundings.old !== undefined) carryOver(type, outputs, surroundings.old);
  Object.assign(outputs, type.behaviour.outputs?.(inputs, surroundings, id), { id });
  return outputs;
}

/** The outputs as far as they are known before the operation. */
export function foreseeOutputs(type: ResourceType, inputs: PropertyMap, surroundings: Surroundings): PropertyMap {
  const outputs = settled(type, inputs);
  const { old } = surroundings;
  if (old !== undefined) carryOver(type, outputs, old);
  for (const name of old === undefined ? type.facts.outputs : (type.behaviour.recomputed ?? [])) {
    if (inputs[name] === undefined && name !== "id") outputs[name] = UNKNOWN;
  }
  if (old === undefined) {
    for (const [name, facts] of type.facts.inputs) {
      if (facts.computed && outputs[name] === undefined) outputs[name] = UNKNOWN;
    }
  }
  return Object.assign(outputs, type.behaviour.foreseen?.(inputs, surroundings));
}

/** Marks what the provider knows to be secret, and leaves out what it never tells. */
export function present(type: ResourceType, outputs: PropertyMap): PropertyMap {
  const presented: PropertyMap = {};
  const hidden = new Set(type.behaviour.hidden ?? []);
  for (const name in outputs) {
    const value = outputs[name];
    if (value === undefined || hidden.has(name)) continue;
    const isSecretOutput = type.facts.inputs.get(name)?.secret === true || type.facts.secretOutputs.has(name);
    presented[name] = isSecretOutput && !isUnknown(value) ? secret(value) : value;
  }
  return presented;
}

export function openSecrets(outputs: PropertyMap): PropertyMap {
  const opened: PropertyMap = {};
  for (const name in outputs) {
    const value = outputs[name];
    if (value !== undefined) opened[name] = isSecret(value) ? value.value : value;
  }
  return opened;
}

/** The inputs as the provider records them: with every static default, sets in order, without the bridge's marks. */
function settled({ facts, behaviour }: ResourceType, inputs: PropertyMap): PropertyMap {
  const outputs = settleObject(facts.inputs, inputs);
  for (const name in behaviour.unset) if (outputs[name] === undefined) outputs[name] = behaviour.unset[name] ?? null;
  return outputs;
}

function settleObject(facts: ReadonlyMap<string, PropertyFacts>, given: PropertyMap): PropertyMap {
  const settledObject: PropertyMap = {};
  for (const [name, property] of facts) {
    const value = given[name] ?? property.default;
    // Write-only properties are never recorded; their names end so by the provider's own convention.
    if (value !== undefined && !name.endsWith("Wo")) settledObject[name] = settle(property, value);
  }
  return settledObject;
}

function settle(facts: PropertyFacts, value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) {
    const elements = value.map((element) => settleElement(facts, element));
    return facts.kind === "set" && elements.every((element) => typeof element === "string")
      ? elements.sort()
      : elements;
  }
  if (!isMap(value) || facts.kind === "any") return value;
  if (facts.kind === "map") {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== DEFAULTS)
        .map(([key, element]) => [key, settleElement(facts, element)]),
    );
  }
  return settleElement(facts, value);
}

function settleElement(facts: PropertyFacts, value: PropertyValue): PropertyValue {
  if (facts.items !== undefined) return settle(facts.items, value);
  return facts.properties !== undefined && isMap(value) ? settleObject(facts.properties, value) : value;
}

/** What the provider computed earlier and an update does not touch. */
function carryOver({ facts, behaviour }: ResourceType, outputs: PropertyMap, old: PropertyMap): void {
  for (const name in old) {
    const value = old[name];
    if (outputs[name] !== undefined || value === undefined) continue;
    const property = facts.inputs.get(name);
    if (property === undefined || property.computed || name in (behaviour.unset ?? {})) outputs[name] = value;
  }
}
