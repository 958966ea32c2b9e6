/**
 * What a rule could not judge during an apply is judged from the state after it: an engine does not show a pack which of
 * a stack's outputs are secret, the state does.
 */
import { checkRecord, refusing, shippedPack, undecided } from "../../policy/check.ts";
import about from "../../policy/package.json" with { type: "json" };
import { readRecord } from "../../policy/recorded.ts";
import { findingLine } from "./judged-steps.ts";
import type { RunOutcome } from "./run.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Tells on `write` what the state shows of the mandatory rules of this project's pack that were undecided. Errors:
 * {@link UsageError} with exit code 3 when one is violated, or still undecided.
 */
export function judgeAppliedState({ events, result }: RunOutcome, write: (text: string) => void): void {
  const open = new Set(
    events.flatMap((event) =>
      event.kind === "policy-unknown" && event.level === "mandatory" && event.pack === about.name ? [event.policy] : [],
    ),
  );
  if (open.size === 0 || !result.succeeded) return;
  const record = readRecord({ resources: result.snapshot.resources });
  const { findings } = checkRecord(record, shippedPack(), new Date());
  const asked = findings.filter(({ rule }) => open.has(rule));
  const failed = [...refusing(asked), ...undecided(asked)];
  for (const finding of failed) write(`${findingLine(finding)}\n`);
  if (failed.length === 0) return;
  throw new UsageError(
    `${failed.length} ${failed.length === 1 ? "finding" : "findings"} of the policy in what was applied`,
    "Mend what the findings above say and apply again, or add a waiver with a reason, an owner and an end to policy/waivers.json.",
    3,
  );
}
