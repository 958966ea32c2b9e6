/** The differences of a step as indented lines. A secret is `[secret]`, on both sides, at any depth. */

import { valuesEqual } from "../properties/equality.ts";
import {
  isArchive,
  isAsset,
  isMap,
  isOutputValue,
  isSecret,
  isUnknown,
  type PropertyMap,
  type PropertyValue,
  SIGNATURE,
} from "../values.ts";

export interface ChangeLine {
  sign: "+" | "-" | "~" | " ";
  indent: number;
  text: string;
}

const LONGEST = 200;

function scalar(value: PropertyValue): string {
  if (isSecret(value)) return "[secret]";
  if (isUnknown(value)) return "[unknown]";
  if (isOutputValue(value)) return "value" in value ? scalar(value.value ?? null) : "[unknown]";
  if (isAsset(value) || isArchive(value)) {
    const kind = isAsset(value) ? "asset" : "archive";
    const source = value.path ?? value.uri ?? `${String(value.hash ?? "").slice(0, 8)}`;
    return `${kind}(${String(source)})`;
  }
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** A map of the program, not one of the protocol's special objects. */
const isPlainMap = (value: PropertyValue): value is PropertyMap => isMap(value) && !(SIGNATURE in value);

/** The whole of one value, every line with the same sign. */
function* whole(sign: "+" | "-", label: string, value: PropertyValue, indent: number): Generator<ChangeLine> {
  if (isPlainMap(value) && Object.keys(value).length > 0) {
    yield { sign, indent, text: `${label}: {` };
    for (const [key, inner] of visible(value)) yield* whole(sign, key, inner, indent + 1);
    yield { sign, indent, text: "}" };
  } else if (Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null)) {
    yield { sign, indent, text: `${label}: [` };
    for (const [index, inner] of value.entries()) yield* whole(sign, `[${index}]`, inner, indent + 1);
    yield { sign, indent, text: "]" };
  } else {
    yield { sign, indent, text: `${label}: ${scalar(value)}` };
  }
}

/** `__defaults` is a note of bridged providers to themselves. */
const visible = (map: PropertyMap) => Object.entries(map).filter(([key]) => key !== "__defaults");

function* between(label: string, before: PropertyValue, after: PropertyValue, indent: number): Generator<ChangeLine> {
  if (valuesEqual(before, after)) return;
  if (isPlainMap(before) && isPlainMap(after)) {
    yield { sign: "~", indent, text: `${label}: {` };
    yield* mapChanges(before, after, indent + 1);
    yield { sign: " ", indent, text: "}" };
  } else if (Array.isArray(before) && Array.isArray(after)) {
    yield { sign: "~", indent, text: `${label}: [` };
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      yield* entryChange(`[${index}]`, before[index], after[index], indent + 1);
    }
    yield { sign: " ", indent, text: "]" };
  } else {
    yield { sign: "~", indent, text: `${label}: ${scalar(before)} => ${scalar(after)}` };
  }
}

function* entryChange(
  label: string,
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  indent: number,
): Generator<ChangeLine> {
  if (before === undefined && after !== undefined) yield* whole("+", label, after, indent);
  else if (before !== undefined && after === undefined) yield* whole("-", label, before, indent);
  else if (before !== undefined && after !== undefined) yield* between(label, before, after, indent);
}

function* mapChanges(before: PropertyMap, after: PropertyMap, indent: number): Generator<ChangeLine> {
  const keys = [...new Set([...visible(before), ...visible(after)].map(([key]) => key))].sort();
  for (const key of keys) yield* entryChange(key, before[key], after[key], indent);
}

/**
 * @param hidden names of properties whose differences the program hides (`hideDiffs`)
 * @returns one line a difference, in order of the property names
 */
export function propertyChanges(before: PropertyMap, after: PropertyMap, hidden: readonly string[] = []): ChangeLine[] {
  const shown = (map: PropertyMap) => Object.fromEntries(Object.entries(map).filter(([key]) => !hidden.includes(key)));
  const lines = [...mapChanges(shown(before), shown(after), 0)];
  const differs = hidden.filter((key) => !valuesEqual(before[key] ?? null, after[key] ?? null));
  return [
    ...lines,
    ...differs.map((key): ChangeLine => ({ sign: "~", indent: 0, text: `${key}: [difference hidden]` })),
  ];
}
