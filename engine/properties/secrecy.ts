/** What surrounds a value: secret envelopes, output values, references to resources; and values not known yet. */
import {
  isArchive,
  isAsset,
  isMap,
  isOutputValue,
  isResourceReference,
  isSecret,
  type PropertyMap,
  type PropertyValue,
  secret,
  UNKNOWN,
} from "../values.ts";

function some(value: PropertyValue | undefined, test: (value: PropertyValue) => boolean): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((element) => some(element, test));
  if (isMap(value)) return Object.values(value).some((element) => some(element, test));
  return false;
}

export const containsUnknowns = (value: PropertyValue | undefined): boolean =>
  some(value, (inner) => inner === UNKNOWN || (isOutputValue(inner) && !("value" in inner)));

export const containsSecrets = (value: PropertyValue | undefined): boolean =>
  some(value, (inner) => isSecret(inner) || (isOutputValue(inner) && inner.secret === true));

/** Copies a map or an array only when one of its elements changes. */
function mapElements(value: PropertyValue, change: (value: PropertyValue) => PropertyValue): PropertyValue {
  if (Array.isArray(value)) {
    let copy: PropertyValue[] | undefined;
    value.forEach((element, index) => {
      const changed = change(element);
      if (changed !== element) {
        copy ??= [...value];
        copy[index] = changed;
      }
    });
    return copy ?? value;
  }
  if (!isMap(value)) return value;
  let copy: PropertyMap | undefined;
  for (const [key, element] of Object.entries(value)) {
    const changed = change(element);
    if (changed !== element) {
      copy ??= { ...value };
      copy[key] = changed;
    }
  }
  return copy ?? value;
}

/** A reference as a provider sees it that does not understand references: the id, or the URN of a component. */
function referent(reference: PropertyMap): PropertyValue {
  if (!("id" in reference)) return reference.urn ?? null;
  return reference.id === "" || reference.id === undefined ? UNKNOWN : unwrap(reference.id);
}

/** The value as the providers see it: no envelopes of any kind. */
export function unwrap(value: PropertyValue): PropertyValue {
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return unwrap(value.value);
  if (isOutputValue(value)) return value.value === undefined ? UNKNOWN : unwrap(value.value);
  if (isResourceReference(value)) return referent(value);
  if (isAsset(value) || isArchive(value)) return value;
  return mapElements(value, unwrap);
}

export const unwrapMap = (map: PropertyMap): PropertyMap => unwrap(map) as PropertyMap;

/** Output values as the rest of the engine knows them: unknowns, secrets, plain values. */
export function downgradeOutputValues(value: PropertyValue): PropertyValue {
  if (typeof value !== "object" || value === null || isAsset(value) || isArchive(value)) return value;
  if (!isOutputValue(value)) return mapElements(value, downgradeOutputValues);
  const inner = value.value === undefined ? UNKNOWN : downgradeOutputValues(value.value);
  return value.secret === true ? secret(inner) : inner;
}

/** The URNs on which output values inside the value depend. */
export function outputDependencies(value: PropertyValue, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(value)) for (const element of value) outputDependencies(element, found);
  else if (isMap(value)) {
    if (isOutputValue(value) && Array.isArray(value.dependencies))
      for (const urn of value.dependencies) if (typeof urn === "string") found.add(urn);
    for (const element of Object.values(value)) outputDependencies(element, found);
  }
  return found;
}

/**
 * Restores the secretness that was taken away before a provider was called: what came back under the key of a secret is
 * secret. Objects are compared key by key; any other value in which a secret was hidden becomes secret as a whole, since
 * a provider may reorder a list.
 */
export function annotateSecrets(outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  let copy: PropertyMap | undefined;
  for (const [key, input] of Object.entries(inputs)) {
    const output = outputs[key];
    if (output === undefined) continue;
    const annotated = annotate(output, input);
    if (annotated !== output) {
      copy ??= { ...outputs };
      copy[key] = annotated;
    }
  }
  return copy ?? outputs;
}

const isPlainMap = (value: PropertyValue): value is PropertyMap =>
  isMap(value) && !isSecret(value) && !isOutputValue(value) && !isAsset(value) && !isArchive(value);

function annotate(output: PropertyValue, input: PropertyValue): PropertyValue {
  if (isPlainMap(output) && isPlainMap(input)) return annotateSecrets(output, input);
  return !isSecret(output) && containsSecrets(input) ? secret(output) : output;
}
