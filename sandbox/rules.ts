/**
 * Value rules: what a provider or the API behind it refuses. A rule judges only what is known; a value that is known
 * only after the apply passes. Paths are patterns as in `paths.ts`.
 */
import { isUnknown, type PropertyMap, type PropertyValue } from "../engine/values.ts";
import { pattern, visit } from "./paths.ts";

export type Report = (property: string, reason: string) => void;
export type Rule = (inputs: PropertyMap, report: Report) => void;

/** `judge` answers the reason for a refusal, or `undefined`. */
export function value(path: string, judge: (value: PropertyValue) => string | undefined): Rule {
  const parts = pattern(path);
  return (inputs, report) =>
    visit(inputs, parts, (found, where) => {
      const reason = judge(found);
      if (reason !== undefined) report(where, reason);
    });
}

function text(path: string, judge: (text: string) => string | undefined): Rule {
  return value(path, (found) => (typeof found === "string" ? judge(found) : undefined));
}

export function matches(path: string, expected: RegExp, reason: string): Rule {
  return text(path, (found) => (expected.test(found) ? undefined : reason));
}

export function refuses(path: string, unwanted: RegExp, reason: string): Rule {
  return text(path, (found) => (unwanted.test(found) ? reason : undefined));
}

/** Characters of a string. */
export function length(path: string, min: number, max: number): Rule {
  return text(path, (found) =>
    found.length >= min && found.length <= max
      ? undefined
      : `expected length to be in the range (${min} - ${max}), got ${found.length}`,
  );
}

/** Elements of a collection. */
export function count(path: string, min: number, max: number): Rule {
  return value(path, (found) => {
    if (!Array.isArray(found) || (found.length >= min && found.length <= max)) return undefined;
    return `expected ${min === max ? min : `${min} to ${max}`} elements, got ${found.length}`;
  });
}

export function range(path: string, min: number, max: number): Rule {
  return value(path, (found) =>
    typeof found !== "number" || (found >= min && found <= max)
      ? undefined
      : `expected to be in the range (${min} - ${max}), got ${found}`,
  );
}

export function oneOf(path: string, allowed: readonly (string | number)[]): Rule {
  return value(path, (found) =>
    allowed.includes(found as string | number)
      ? undefined
      : `expected one of ${allowed.join(", ")}, got ${String(found)}`,
  );
}

/** A JSON object or array, as policies, dashboards and event patterns are written. */
export function jsonDocument(path: string): Rule {
  return text(path, (found) => {
    try {
      const parsed: unknown = JSON.parse(found);
      return typeof parsed === "object" && parsed !== null ? undefined : "contains an invalid JSON: not an object";
    } catch (error) {
      return `contains an invalid JSON: ${shorten(error)}`;
    }
  });
}

/** V8 quotes the document in its message; the document may hold a secret, so only the kind of mistake is told. */
function shorten(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, .*$|(\.\.\.)?".*$/s, "").trim();
}

export const given = (inputs: PropertyMap, property: string): boolean =>
  inputs[property] !== undefined && inputs[property] !== null;

/** Judges nothing while one of the properties is not known. */
export function known(inputs: PropertyMap, ...properties: string[]): boolean {
  return properties.every((property) => !isUnknown(inputs[property]));
}

export function conflict(first: string, second: string): Rule {
  return (inputs, report) => {
    if (given(inputs, first) && given(inputs, second)) report(first, `conflicts with ${second}`);
  };
}

export function exactlyOne(...properties: string[]): Rule {
  return (inputs, report) => {
    const found = properties.filter((property) => given(inputs, property));
    if (found.length !== 1)
      report(found[1] ?? properties[0] ?? "", `one of ${properties.join(", ")} must be given, and only one`);
  };
}

export function atLeastOne(...properties: string[]): Rule {
  return (inputs, report) => {
    if (!properties.some((property) => given(inputs, property))) {
      report(properties[0] ?? "", `at least one of ${properties.join(", ")} must be given`);
    }
  };
}

export function requires(property: string, needed: string): Rule {
  return (inputs, report) => {
    if (given(inputs, property) && !given(inputs, needed)) report(property, `needs ${needed}`);
  };
}
