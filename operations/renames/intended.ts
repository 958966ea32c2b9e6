/**
 * The way out of the rename check: a deletion beside the creation of something alike that is meant. A reviewed record
 * names both identities, says why, who answers for it, and when it ends; an alias is the answer to everything else.
 */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";
import type { Move } from "./moves.ts";

/** By then the change is merged, and the record no longer needed. */
const MOST_DAYS = 90;
const DAY_MILLISECONDS = 86_400_000;

const record = z.strictObject({
  /** The identity that goes, as the check prints it. */
  from: z.string().min(3),
  /** The identity that comes. */
  to: z.string().min(3),
  reason: z.string().min(20, "say in a sentence why what it holds may go"),
  owner: z.string().min(2),
  /** The last day on which it holds. */
  expires: z.iso.date(),
});
export type IntendedMove = z.infer<typeof record>;

/** @throws OperationFailure naming every fault of the file with its path */
export function parseIntended(json: string, file: string, now: Date): IntendedMove[] {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    throw new OperationFailure(`${file} is not JSON`, { exitCode: 2, remedy: "mend the file" });
  }
  const latest = new Date(now.getTime() + MOST_DAYS * DAY_MILLISECONDS).toISOString().slice(0, 10);
  const soon = record.refine(({ expires }) => expires <= latest, {
    path: ["expires"],
    message: `holds ${MOST_DAYS} days at most: until ${latest}`,
  });
  const parsed = z.array(soon).safeParse(data);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new OperationFailure(`${file}:\n${faults.join("\n")}`, { exitCode: 2, remedy: "mend the records named above" });
}

/** The record that covers a move; one that has ended covers nothing. */
export function intended(records: readonly IntendedMove[], { from, to }: Move, now: Date): IntendedMove | undefined {
  const today = now.toISOString().slice(0, 10);
  return records.find((known) => known.from === from && known.to === to && known.expires >= today);
}
