import { type Manifest, storedBytes } from "./manifest.ts";

/** A number that fell further than it may. */
export interface Fall {
  /** @example "rows of public.orders" */
  what: string;
  usual: number;
  now: number;
  percent: number;
}

const RECENT = 5;

/**
 * Compares with the median of the recent sets: a single odd set does not set the measure, and a slow decline is still
 * seen against what was usual a few sets ago.
 */
export function fallsAgainstTrend(
  recent: readonly Manifest[],
  now: Partial<Pick<Manifest, "rowCounts" | "files">>,
  maxFallPercent: number,
): Fall[] {
  const last = recent.slice(-RECENT);
  const compared: { what: string; usual: readonly number[]; now: number }[] = [];
  if (now.files !== undefined) {
    compared.push({ what: "stored bytes", usual: last.map(storedBytes), now: storedBytes({ files: now.files }) });
  }
  for (const [table, count] of Object.entries(now.rowCounts ?? {})) {
    compared.push({
      what: `rows of ${table}`,
      usual: last.flatMap(({ rowCounts }) => rowCounts[table] ?? []),
      now: count,
    });
  }
  return compared.flatMap(({ what, usual, now: current }) => {
    const middle = median(usual);
    if (middle === undefined || middle === 0) return [];
    const percent = ((middle - current) / middle) * 100;
    return percent > maxFallPercent ? [{ what, usual: middle, now: current, percent }] : [];
  });
}

export function describeFall({ what, usual, now, percent }: Fall): string {
  return `${what}: ${now}, usually ${usual} (${percent.toFixed(0)} % less)`;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
