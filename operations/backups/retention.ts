import type { BackupSettings } from "../settings.ts";
import type { BackupSet } from "./sets.ts";

export interface RetentionDecision {
  id: string;
  keep: boolean;
  /** @example "younger than 30 days" */
  reason: string;
}

const DAY = 86_400_000;

/**
 * Decides for every set, oldest first. A set goes only when it is old, is not needed for the number of verified sets,
 * is not a month's set, and a newer verified one exists. A damaged set counts for nothing and protects nothing.
 */
export function decideRetention(
  sets: readonly BackupSet[],
  rules: BackupSettings["retention"],
  now: Date,
): RetentionDecision[] {
  const verified = sets.filter(({ standing }) => standing !== "damaged");
  const newestVerified = verified.at(-1);
  const needed = new Set(verified.slice(-rules.keepVerified).map(({ manifest }) => manifest.id));
  const monthly = monthlySets(verified, rules.months, now);
  return sets.map(({ manifest: { id, createdAt } }) => {
    const age = now.getTime() - Date.parse(createdAt);
    const keep = (reason: string): RetentionDecision => ({ id, keep: true, reason });
    if (age < rules.days * DAY) return keep(`younger than ${rules.days} days`);
    if (needed.has(id)) return keep(`one of the last ${rules.keepVerified} verified`);
    if (monthly.has(id)) return keep(`the set of ${createdAt.slice(0, 7)}`);
    if (newestVerified === undefined || newestVerified.manifest.createdAt <= createdAt)
      return keep("no newer verified set exists");
    return { id, keep: false, reason: `${Math.floor(age / DAY)} days old` };
  });
}

/** The first set of each month: it is the one that exists longest. */
function monthlySets(sets: readonly BackupSet[], months: number, now: Date): Set<string> {
  const oldest = new Date(now);
  oldest.setUTCMonth(oldest.getUTCMonth() - months);
  const first = new Map<string, string>();
  for (const { manifest } of sets) {
    const month = manifest.createdAt.slice(0, 7);
    if (Date.parse(manifest.createdAt) >= oldest.getTime() && !first.has(month)) first.set(month, manifest.id);
  }
  return new Set(months > 0 ? first.values() : []);
}
