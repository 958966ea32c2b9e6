import { z } from "zod";
import { layout } from "../backups/sets.ts";
import type { Store } from "../backups/store.ts";

const drillSchema = z.strictObject({
  at: z.iso.datetime(),
  operator: z.string(),
  setId: z.string(),
  kind: z.enum(["latest", "key-loss", "replica"]),
  ok: z.boolean(),
  rtoSeconds: z.number(),
  rpoSeconds: z.number(),
  objectives: z.strictObject({ rtoSeconds: z.number(), rpoSeconds: z.number() }),
  checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  /** Why it failed before there was anything to check. */
  failure: z.string().optional(),
});

/** One drill as it is kept, for good: what was restored, how long it took, what was wrong. */
export type DrillRecord = z.infer<typeof drillSchema>;

/** Every drill, oldest first. A record that cannot be read is not counted as one. */
export async function readDrills(store: Store, prefix: string): Promise<DrillRecord[]> {
  const drills: DrillRecord[] = [];
  for (const { key } of await store.list(layout(prefix).drills)) {
    const parsed = drillSchema.safeParse(JSON.parse((await store.getText(key)) ?? "null"));
    if (parsed.success) drills.push(parsed.data);
  }
  return drills.sort((a, b) => a.at.localeCompare(b.at));
}

export async function keepDrill(store: Store, prefix: string, drill: DrillRecord): Promise<void> {
  await store.putText(
    `${layout(prefix).drills}${drill.at.replace(/[-:.]/g, "")}.json`,
    `${JSON.stringify(drill, null, 2)}\n`,
  );
}

export interface DrillStanding {
  lastSuccess: string | undefined;
  /** Days since then; infinite when there was none. */
  days: number;
  isMissed: boolean;
}

export function standingOf(drills: readonly DrillRecord[], maxDaysBetween: number, now: Date): DrillStanding {
  const lastSuccess = drills.filter(({ ok }) => ok).at(-1)?.at;
  const days =
    lastSuccess === undefined ? Number.POSITIVE_INFINITY : (now.getTime() - Date.parse(lastSuccess)) / 86_400_000;
  return { lastSuccess, days, isMissed: days > maxDaysBetween };
}
