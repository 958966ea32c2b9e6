/** Whether an apply would leave a stack's state as it is: then the look at it was all there was to do. */
import type { ResourceState, Snapshot } from "../../engine/state/resource.ts";

/** What a run writes down anew although nothing changed. */
const incidental = new Set(["created", "modified", "sourcePosition", "stackTrace"]);

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, canonical(item)]));
}

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === false ||
  (typeof value === "object" && value !== null && Object.keys(value).length === 0);

function text(state: ResourceState): string {
  const kept = Object.entries(state).filter(([key, value]) => !incidental.has(key) && !isEmpty(value));
  return JSON.stringify(canonical(Object.fromEntries(kept)));
}

export function changesNothing(before: Snapshot, after: Snapshot): boolean {
  if (before.pendingOperations.length > 0 || after.pendingOperations.length > 0) return false;
  if (before.resources.length !== after.resources.length || before.resources.length === 0) return false;
  const known = new Set(before.resources.map(text));
  return after.resources.every((state) => known.has(text(state)));
}
