/** What only a plan shows, judged before the first step: data deleted or replaced, and renames that lack an alias. */
import type { DeploymentResult } from "../../engine/deployment/request.ts";
import { type Finding, judgeSteps, refusing, shippedPack } from "../../policy/check.ts";
import { readRecord } from "../../policy/recorded.ts";
import type { Flags } from "./flags.ts";
import type { Session } from "./session.ts";
import { UsageError } from "./usage-error.ts";

type Steps = DeploymentResult["steps"];

export function findingsOfSteps(steps: Steps, stack: string): Finding[] {
  const planned = steps.map(({ op, urn, old, new: made }) => ({
    op,
    urn,
    ...(old && { oldState: old }),
    ...(made && { newState: made }),
  }));
  if (!planned.some(({ op }) => op !== "same" && op !== "create" && op !== "read")) return [];
  const found = judgeSteps(readRecord({ steps: planned }).steps, stack, shippedPack(), new Date());
  return found.filter(({ waiver }) => waiver === undefined);
}

/** A finding for people, with its remedy. */
export const findingLine = ({ level, rule, urn, message, remediation }: Finding) =>
  `policy (${level}) ${rule}: ${urn}\n    ${message}\n    remedy: ${remediation}`;

/** Only by this project's own pack: another one, or none, was chosen by the flags. */
export const judgesSteps = (session: Session, { policyPack }: Pick<Flags, "policyPack">): boolean =>
  policyPack === undefined && session.project.name === "thorbis";

/**
 * Tells the findings on `write` and refuses when one is mandatory, where they are judged at all. Errors: {@link UsageError} with exit code 3.
 */
export function judgePlannedSteps(
  steps: Steps,
  session: Session,
  flags: Pick<Flags, "policyPack">,
  write: (text: string) => void,
): void {
  if (!judgesSteps(session, flags)) return;
  const findings = findingsOfSteps(steps, session.stack);
  for (const finding of findings) write(`${findingLine(finding)}\n`);
  const refused = refusing(findings);
  if (refused.length === 0) return;
  throw new UsageError(
    `${refused.length} ${refused.length === 1 ? "planned step is" : "planned steps are"} refused by policy; nothing was done`,
    "Mend what the findings above say, or add a waiver with a reason, an owner and an end to policy/waivers.json.",
    3,
  );
}
