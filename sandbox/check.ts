/** `check`: the structure against the facts, then defaults and generated names, then the value rules. */
import type { CheckFailure, CheckRequest, CheckResult } from "../engine/provider.ts";
import type { PropertyMap } from "../engine/values.ts";
import { generateName } from "./names.ts";
import { checkObject, DEFAULTS, type Report } from "./structure.ts";
import type { ResourceType, Surroundings } from "./type.ts";

export function checkResource(
  type: ResourceType,
  request: CheckRequest,
  surroundings: Pick<Surroundings, "account" | "region" | "team" | "defaultTags">,
): CheckResult {
  const failures: CheckFailure[] = [];
  let isSound = true;
  const report: Report = (property, reason, malformed = false) => {
    failures.push({ property, reason });
    if (malformed) isSound = false;
  };
  const marks = type.bridge === "sdk";
  const inputs = checkObject(type.facts.inputs, request.newInputs, "", marks, report, type.file);
  nameResource(type, request, inputs, marks);
  for (const [name, facts] of type.facts.inputs) {
    if (facts.required && inputs[name] === undefined) report(name, `missing required property '${name}'`);
  }
  type.behaviour.normalise?.(inputs, surroundings);
  if (isSound) for (const rule of type.behaviour.rules ?? []) rule(inputs, report);
  return { inputs, failures };
}

/** A name that was generated before stays, so that a resource is not replaced for nothing. */
function nameResource(type: ResourceType, request: CheckRequest, inputs: PropertyMap, marks: boolean): void {
  const rule = type.behaviour.autoname;
  if (rule === undefined || inputs[rule.property] !== undefined) return;
  const former = request.oldInputs?.[rule.property];
  inputs[rule.property] =
    typeof former === "string" && former !== "" && wasGenerated(request.oldInputs, rule.property, marks)
      ? former
      : generateName(rule, request.name, request.randomSeed, inputs);
  const marked = inputs[DEFAULTS];
  if (marks && Array.isArray(marked)) marked.push(rule.property);
  if (marks && Array.isArray(marked)) marked.sort();
}

function wasGenerated(inputs: PropertyMap | undefined, property: string, marks: boolean): boolean {
  const marked = inputs?.[DEFAULTS];
  return !marks || (Array.isArray(marked) && marked.includes(property));
}

/** True for an input that the bridge filled in rather than the program. */
export function isDefault(inputs: PropertyMap, property: string): boolean {
  const marked = inputs[DEFAULTS];
  return Array.isArray(marked) && marked.includes(property);
}
