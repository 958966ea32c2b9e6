/** What every benchmark answers: one figure against its baseline of the same run. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

export interface Figure {
  name: string;
  baseline: number;
  value: number;
  unit: string;
  /** value ÷ baseline */
  ratio: number;
  goal: number;
  met: boolean;
}

/** @param atLeast the ratio has to reach the goal; otherwise it may not exceed it */
export function figure(
  name: string,
  unit: string,
  baseline: number,
  value: number,
  goal: number,
  atLeast = false,
): Figure {
  const ratio = value / baseline;
  return { name, baseline, value, unit, ratio, goal, met: atLeast ? ratio >= goal : ratio <= goal };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Prints the figures; with `--json FILE` writes them as well. */
export function tell(figures: readonly Figure[], file: string | undefined): void {
  for (const { name, baseline, value, unit, ratio, goal, met } of figures) {
    const numbers = `${value.toFixed(1)} ${unit} against ${baseline.toFixed(1)}`;
    process.stdout.write(
      `${met ? "met   " : "missed"} ${ratio.toFixed(2).padStart(6)} (goal ${goal})  ${name}: ${numbers}\n`,
    );
  }
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
}

/** The `--json FILE` that every benchmark takes. */
export const jsonFile = (): string | undefined =>
  parseArgs({ options: { json: { type: "string" } }, strict: false, allowPositionals: true }).values.json as
    | string
    | undefined;
