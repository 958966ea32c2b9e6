import type { Progress } from "../../sandbox/services/supervisor.ts";

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** Columns, each as wide as its widest cell. */
export function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** To the error stream, so that what a command answers can be read by another program. */
export function printProgress({ service, phase, milliseconds }: Progress): void {
  if (phase === "starting" && !process.stderr.isTTY) return;
  const time = phase === "starting" ? "" : `${(milliseconds / 1000).toFixed(1).padStart(5)} s`;
  process.stderr.write(`${phase.padEnd(9)} ${service.padEnd(24)}${time}\n`);
}
