/** What differs between two property maps, by top-level key. */
import type { PropertyMap } from "../values.ts";
import { valuesEqual } from "./equality.ts";

export interface Difference {
  adds: PropertyMap;
  deletes: string[];
  /** The new values. */
  updates: PropertyMap;
}

/** `undefined` when nothing differs. */
export function differenceOf(before: PropertyMap, after: PropertyMap): Difference | undefined {
  const difference: Difference = { adds: {}, deletes: [], updates: {} };
  let any = false;
  for (const [key, old] of Object.entries(before)) {
    const value = after[key] ?? null;
    if (valuesEqual(old, value)) continue;
    any = true;
    if (old === null) difference.adds[key] = value;
    else if (value === null) difference.deletes.push(key);
    else difference.updates[key] = value;
  }
  for (const [key, value] of Object.entries(after)) {
    if (key in before || value === null) continue;
    any = true;
    difference.adds[key] = value;
  }
  return any ? difference : undefined;
}

export const changedKeys = (difference: Difference): string[] =>
  [...Object.keys(difference.adds), ...difference.deletes, ...Object.keys(difference.updates)].sort();
