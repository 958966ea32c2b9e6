import { soc2 } from "../frameworks.ts";
import { isMap, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";
import { isUnknownError } from "../unknown.ts";
import known from "../vercel-properties.json" with { type: "json" };
import { isBelow } from "../version.ts";

/** Name to what may stand below it; `null` where that is free, or no object. */
interface Names {
  readonly [name: string]: Names | null;
}

const TYPES = known.types as Readonly<Record<string, Names>>;

export const vercelPropertiesKnown = resourceRule({
  name: "vercel-properties-known",
  title: "Nothing is dropped in silence",
  description:
    "Every property of a Vercel resource is one that the provider knows: it drops the others without a word, and what they should have done is not done.",
  severity: "medium",
  frameworks: [soc2("CC8.1")],
  remediation: "Correct the property's name, or take it away.",
  link: "https://www.pulumi.com/registry/packages/vercel/api-docs/",
  levels: everywhere("mandatory"),
  types: Object.keys(TYPES),
  check(resource, context) {
    // A newer provider may know more than the list.
    const version = text(resource.provider?.props.version);
    if (version !== undefined && isBelow(known.version, version)) return;
    const kind = resource.type.split(":").at(-1);
    const unknown: Error[] = [];
    for (const { path, near } of strangers(resource.props, TYPES[resource.type] ?? {}, "", unknown)) {
      context.report(
        `${path} is no property of ${kind}, so the provider drops it${near === undefined ? "" : `: ${near}?`}`,
      );
    }
    context.each(unknown, (error) => {
      throw error;
    });
  },
});

interface Stranger {
  readonly path: string;
  readonly near: string | undefined;
}

function strangers(value: unknown, names: Names, path: string, unknown: Error[]): Stranger[] {
  if (Array.isArray(value)) {
    return Object.keys(value).flatMap((index) => below(value, index, names, `${path}[${index}]`, unknown));
  }
  if (!isMap(value)) return [];
  return Object.keys(value).flatMap((name) => {
    // `__defaults` and its like are Pulumi's own, and so is the id of a resource that was read.
    if (name.startsWith("__") || (path === "" && name === "id")) return [];
    const here = path === "" ? name : `${path}.${name}`;
    const inner = names[name];
    if (inner === undefined) return [{ path: here, near: nearest(name, Object.keys(names)) }];
    return inner === null ? [] : below(value, name, inner, here, unknown);
  });
}

function below(holder: object, key: string, names: Names, path: string, unknown: Error[]): Stranger[] {
  let value: unknown;
  try {
    value = (holder as Record<string, unknown>)[key];
  } catch (error) {
    if (!isUnknownError(error)) throw error;
    unknown.push(error);
    return [];
  }
  return strangers(value, names, path, unknown);
}

/** The known name that is one or two letters away. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const near = names.map((other) => ({ other, steps: distance(name.toLowerCase(), other.toLowerCase()) }));
  return near.filter(({ steps }) => steps <= 2).sort((a, b) => a.steps - b.steps)[0]?.other;
}

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [place, letter] of [...one].entries()) {
    const next = [place + 1];
    for (const [index, against] of [...other].entries()) {
      const change = (row[index] ?? 0) + (letter === against ? 0 : 1);
      next.push(Math.min(change, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
