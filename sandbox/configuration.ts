/** A provider's own inputs. The SDK sends structured values as JSON text, and the engine records them as they came. */
import type { CheckFailure, CheckResult, DiffRequest, DiffResult } from "../engine/provider.ts";
import { isSecret, isUnknown, type PropertyMap, type PropertyValue } from "../engine/values.ts";
import type { PropertyFacts } from "./facts.ts";
import type { Package } from "./package.ts";

/** What the engine itself keeps among a provider's inputs. */
const engineKeys = new Set(["version", "pluginDownloadURL", "parameterization", "__internal", "__defaults"]);

const failure = (property: string, reason: string): CheckFailure => ({ property, reason });

export function checkConfiguration({ name, configuration }: Package, newInputs: PropertyMap): CheckResult {
  const inputs: PropertyMap = { ...configuration.defaults, ...newInputs };
  const failures: CheckFailure[] = [];
  for (const [property, given] of Object.entries(newInputs)) {
    if (engineKeys.has(property)) continue;
    const facts = configuration.properties.get(property);
    if (facts === undefined) {
      failures.push(
        failure(property, `unknown property '${property}' of the provider; add it to sandbox/${name}/package.ts`),
      );
    } else if (!isUnknown(given) && parseValue(facts, given) === undefined) {
      failures.push(failure(property, `expected ${facts.kind}`));
    }
  }
  if (failures.length === 0)
    failures.push(...(configuration.check?.(parseInputs(configuration.properties, inputs)) ?? []));
  return { inputs, failures };
}

/** Another configuration is an update of the provider resource; nothing below it is replaced. */
export function diffConfiguration({ oldInputs, newInputs }: DiffRequest): DiffResult {
  const names = new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)]);
  const diffs = [...names].filter(
    (name) =>
      !engineKeys.has(name) && JSON.stringify(plain(oldInputs[name])) !== JSON.stringify(plain(newInputs[name])),
  );
  return { changes: diffs.length > 0 ? "some" : "none", diffs, replaces: [], deleteBeforeReplace: false };
}

/** The inputs with structured values parsed. */
export function parseConfiguration({ configuration }: Package, inputs: PropertyMap): PropertyMap {
  return parseInputs(configuration.properties, { ...configuration.defaults, ...inputs });
}

function parseInputs(properties: ReadonlyMap<string, PropertyFacts>, inputs: PropertyMap): PropertyMap {
  const parsed: PropertyMap = {};
  for (const [name, facts] of properties) {
    const given = inputs[name];
    if (given === undefined || given === null || isUnknown(given)) continue;
    const value = parseValue(facts, given);
    if (value !== undefined) parsed[name] = value;
  }
  return parsed;
}

function plain(value: PropertyValue | undefined): PropertyValue | undefined {
  return isSecret(value) ? value.value : value;
}

/** `undefined` when the value is not of the property's kind. */
function parseValue(facts: PropertyFacts, given: PropertyValue): PropertyValue | undefined {
  const value = isSecret(given) ? given.value : given;
  if (facts.kind === "string") return typeof value === "object" ? undefined : String(value);
  if (typeof value !== "string") return isOfKind(facts, value) ? value : undefined;
  try {
    const parsed = JSON.parse(value) as PropertyValue;
    return isOfKind(facts, parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isOfKind({ kind }: PropertyFacts, value: PropertyValue): boolean {
  switch (kind) {
    case "boolean":
      return typeof value === "boolean";
    case "integer":
    case "number":
      return typeof value === "number";
    case "list":
    case "set":
      return Array.isArray(value);
    default:
      return typeof value === "object" && value !== null && !Array.isArray(value);
  }
}
