/** What a scenario expects of a step, in few words, and the same words for what a recording shows. */
import type { Facts, RecordedStep } from "./scenario.ts";

const flags = ["delete", "external", "protect", "retainOnDelete", "pendingReplacement", "customTimeouts", "hideDiff"];

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
const isOwn = (urn: string): boolean =>
  !urn.includes("pulumi:pulumi:Stack") && !/pulumi:providers:[^:]*::default(_|$)/.test(urn);

const list = (items: string[]): string[] | undefined => (items.length > 0 ? items.sort() : undefined);

function stateOf(step: RecordedStep): Facts["state"] {
  const entries = step.state
    .filter(({ urn }) => isOwn(String(urn)))
    .map((resource) => {
      const kept = Object.entries(resource).filter(([key]) => flags.includes(key));
      const name = `${nameOf(String(resource.urn))}${resource.delete ? " (old)" : ""}`;
      return [name, { ...Object.fromEntries(kept), ...(resource.inputs !== undefined && { inputs: resource.inputs }) }];
    });
  const stack = step.state.find(({ urn }) => String(urn).includes("pulumi:pulumi:Stack"));
  const result = (stack?.outputs as { result?: Record<string, unknown> } | undefined)?.result ?? {};
  return Object.fromEntries(Object.keys(result).length > 0 ? [...entries, ["stack", { outputs: result }]] : entries);
}

/** Ids count creations, which come in any order: they say nothing but which resource is meant. */
function withoutNumbers<Value>(value: Value, step: RecordedStep): Value {
  const names = new Map(Object.entries(step.world).map(([id, thing]) => [id, (thing as { name: string }).name]));
  return JSON.parse(JSON.stringify(value).replace(/thing-\d+/g, (id) => `<${names.get(id) ?? "gone"}>`));
}

export function factsOf(step: RecordedStep): Facts {
  const failed = step.diagnostics.filter(({ severity, urn }) => severity === "error" && urn !== undefined);
  const effects = step.providerCalls
    .filter(({ call, preview }) => ["create", "update", "delete"].includes(String(call)) && !preview)
    .map(({ call, name }) => `${call} ${name}`);
  const said = (step.policies ?? []).map(
    ({ policy, level, remediation, urn }) => `${policy} ${remediation ? "remediates" : level} ${nameOf(String(urn))}`,
  );
  const facts = {
    succeeds: step.exit === 0,
    changes: Object.fromEntries(Object.entries(step.changes).sort(([left], [right]) => (left < right ? -1 : 1))),
    steps: list(step.steps.filter(({ urn }) => isOwn(urn)).map(({ op, urn }) => `${op} ${nameOf(urn)}`)),
    effects: list(effects),
    errors: list([...new Set(failed.map(({ urn }) => nameOf(String(urn))))]),
    policies: list(said),
    state: withoutNumbers(stateOf(step), step),
  };
  return JSON.parse(JSON.stringify(facts));
}
