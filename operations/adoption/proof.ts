/** The proof of an adoption: with the resources in the state, a preview of the program does nothing to them. */
import { differences } from "../report/differences.ts";
import type { Difference } from "../report/review.ts";
import type { PreviewStep } from "./declared.ts";

export interface Verdict {
  urn: string;
  /** `same`: the code says what exists. `missing`: the preview does not speak of it. */
  op: "same" | "update" | "replace" | "delete" | "missing";
  /** `before` is what exists, `after` what the code says. */
  differences: Difference[];
}

const gravity: readonly Verdict["op"][] = ["same", "update", "replace", "delete"];
const asVerdict: Record<string, Verdict["op"] | undefined> = {
  same: "same",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  create: "delete",
  delete: "delete",
};

function differencesOf(steps: readonly PreviewStep[]): Difference[] {
  const step = steps.find(({ old, new: made }) => old !== undefined && made !== undefined);
  if (!step) return [];
  const found = differences(step.old?.inputs, step.new?.inputs, step.keys);
  if (found.length > 0) return found;
  // The provider compares what exists with what it computes: the inputs alone do not tell.
  return (step.diffs ?? []).map((path) => ({ path, kind: "update", replaces: step.keys?.includes(path) === true }));
}

/**
 * @param steps of the preview with the adopted resources in the state
 * @param silent whether the preview leaves out what stays as it is, as `pulumi preview --json` does
 */
export function proofOf(urns: readonly string[], steps: readonly PreviewStep[], { silent = false } = {}): Verdict[] {
  return urns.map((urn) => {
    const own = steps.filter((step) => step.urn === urn);
    const ops = own.flatMap((step) => asVerdict[step.op] ?? []);
    const op = gravity.filter((each) => ops.includes(each)).at(-1) ?? (silent ? "same" : "missing");
    return { urn, op, differences: op === "same" ? [] : differencesOf(own) };
  });
}

export const isClean = (verdicts: readonly Verdict[]): boolean => verdicts.every(({ op }) => op === "same");

/** What an apply would do is an update in place, which is reviewed and applied like any other. */
export const updatesOnly = (verdicts: readonly Verdict[]): boolean =>
  verdicts.every(({ op }) => op === "same" || op === "update");

const words: Record<Verdict["op"], string> = {
  same: "as the code says",
  update: "differs: an apply would update it in place",
  replace: "differs: an apply would REPLACE it",
  delete: "does not fit: an apply would DELETE it and make another",
  missing: "the program did not declare it in the proof",
};

function line({ path, before, after, replaces }: Difference): string {
  const [exists, code] = [before ?? "not set", after ?? "not set"];
  if (before === undefined && after === undefined)
    return `    ${path}: differs${replaces ? ", and forces the replacement" : ""}`;
  if (replaces) return `    ${path}: exists ${exists}, the code says ${code}; it cannot be changed: set it in the code`;
  return `    ${path}: exists ${exists}, the code says ${code}; set it in the code, or change it by hand`;
}

export function describeProof(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ urn, op, differences: found }) => [`  ${urn}: ${words[op]}`, ...found.map(line)].join("\n"))
    .join("\n");
}
