/**
 * Drift, told apart: what differs between the code and the state is a change not applied yet; what differs between the
 * state and the cloud was changed by someone else. Nothing here mends anything.
 */
import { isDeepStrictEqual } from "node:util";
import { differences } from "../report/differences.ts";
import type { Difference } from "../report/review.ts";
import { type BenignRecord, isBenign } from "./benign.ts";

/** A resource on either side; the names are those of Pulumi's checkpoint. */
export interface DriftState {
  type: string;
  /** False for components and the stack. */
  custom?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

export interface RefreshStep {
  op: string;
  urn: string;
  old?: DriftState;
  new?: DriftState;
}

export type DriftClass =
  /** Somebody changed a property that the code sets. */
  | "input"
  /** Only a property that the provider computes differs. */
  | "output"
  /** The resource is gone from the cloud. */
  | "missing"
  /** Known, with an owner and a date on which it is looked at again. */
  | "benign";

export interface Drift {
  urn: string;
  type: string;
  class: DriftClass;
  differences: Difference[];
  /** Of benign drift. */
  reason?: string;
}

const topLevel = (path: string) => path.split(/[.[]/, 1)[0] ?? path;

/** State against cloud: the steps of a refresh that records nothing. */
export function stateAgainstCloud(steps: readonly RefreshStep[], known: readonly BenignRecord[], now: Date): Drift[] {
  return steps.flatMap((step): Drift[] => {
    const { urn, old } = step;
    if (!old || old.type.startsWith("pulumi:")) return [];
    if (step.op === "delete") return [{ urn, type: old.type, class: "missing", differences: [] }];
    const found = differences(old.outputs, step.new?.outputs);
    if (found.length === 0) return [];
    const open = found.filter(({ path }) => !isBenign(known, urn, path, now));
    const reasons = known.filter((record) => found.some(({ path }) => isBenign([record], urn, path, now)));
    if (open.length === 0) {
      const reason = reasons.map((record) => `${record.reason} (${record.owner}, until ${record.expires})`).join("; ");
      return [{ urn, type: old.type, class: "benign", differences: found, reason }];
    }
    const declared = new Set(Object.keys(old.inputs ?? {}));
    const changedInput = open.some(({ path }) => declared.has(topLevel(path)));
    return [{ urn, type: old.type, class: changedInput ? "input" : "output", differences: open }];
  });
}

export interface DriftReport {
  environment: string;
  /** Changes in the code that were not applied. */
  codeAgainstState: { urn: string; op: string }[];
  stateAgainstCloud: Drift[];
  /** What an apply would do to the cloud as it is now. */
  codeAgainstCloud: { urn: string; op: string }[];
}

/** 0 when all three agree but for benign drift and computed outputs; 4 when something else differs. */
export function exitCode(report: DriftReport): 0 | 4 {
  const drifted = report.stateAgainstCloud.some((drift) => drift.class === "input" || drift.class === "missing");
  return drifted || report.codeAgainstState.length > 0 || report.codeAgainstCloud.length > 0 ? 4 : 0;
}

const titles: Record<DriftClass, string> = {
  input: "changed by someone, and the code says otherwise",
  missing: "gone from the cloud",
  output: "computed values that differ",
  benign: "known and harmless",
};

export function describe(report: DriftReport): string {
  const lines: string[] = [];
  const section = (title: string, items: string[]) => {
    if (items.length > 0) lines.push(`${title}:`, ...items.map((item) => `  ${item}`));
  };
  section(
    "in the code, not applied yet",
    report.codeAgainstState.map(({ op, urn }) => `${op} ${urn}`),
  );
  for (const [kind, title] of Object.entries(titles)) {
    const drifts = report.stateAgainstCloud.filter((drift) => drift.class === kind);
    section(
      title,
      drifts.flatMap(({ urn, differences: list, reason }) => [
        reason ? `${urn}: ${reason}` : urn,
        ...list.map(({ path, before, after }) => `  ${path}: ${before ?? "not set"} → ${after ?? "not set"}`),
      ]),
    );
  }
  const same = isDeepStrictEqual(report.codeAgainstCloud, report.codeAgainstState);
  section(
    "what an apply would do to the cloud as it is",
    same ? [] : report.codeAgainstCloud.map(({ op, urn }) => `${op} ${urn}`),
  );
  return lines.length > 0 ? lines.join("\n") : "code, state and cloud agree";
}
