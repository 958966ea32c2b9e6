/** Which fields a recorded state has, in the CLI's order, and which of them say something. */
import type { ResourceState } from "./resource.ts";

const fields = [
  "urn",
  "custom",
  "delete",
  "id",
  "type",
  "inputs",
  "outputs",
  "parent",
  "protect",
  "taint",
  "external",
  "dependencies",
  "initErrors",
  "provider",
  "propertyDependencies",
  "pendingReplacement",
  "additionalSecretOutputs",
  "aliases",
  "customTimeouts",
  "importID",
  "retainOnDelete",
  "deletedWith",
  "replaceWith",
  "created",
  "modified",
  "sourcePosition",
  "stackTrace",
  "ignoreChanges",
  "hideDiff",
  "replaceOnChanges",
  "refreshBeforeUpdate",
] as const satisfies (keyof ResourceState)[];

/** What the CLI records and this engine does not act on: a state that has it would lose it. */
export const unknownFields = ["replacementTrigger", "viewOf", "resourceHooks", "extensionRef", "snippetID"] as const;

function saysNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** A copy in the CLI's order of fields, without what says nothing. */
export function withSayingFields(state: ResourceState): ResourceState {
  const copy: Record<string, unknown> = {};
  for (const field of fields) {
    const value = state[field];
    if (field === "custom" || !saysNothing(value)) copy[field] = value;
  }
  // Built from a state field by field: the shape is that of a state.
  return copy as unknown as ResourceState;
}
