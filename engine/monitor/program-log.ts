/** What the program says, as events. */

import type { Reporter } from "../deployment/reporter.ts";
import type { Severity } from "../events.ts";

export type ProgramSeverity = "info" | "warning" | "error";

export function tell(
  reporter: Reporter,
  severity: ProgramSeverity,
  message: string,
  urn?: string,
  ephemeral?: boolean,
): void {
  const level: Severity = severity;
  reporter.emit({ kind: "diagnostic", severity: level, message, ...(urn && { urn }), ...(ephemeral && { ephemeral }) });
}

/** Frames of Node and of the engine say nothing to the program's author. */
const isForeign = (frame: string): boolean => /node:internal|\/engine\/(monitor|deployment)\//.test(frame);

/** The error with the places in the user's files. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  const lines = stack.split("\n");
  return lines
    .filter((line) => !isForeign(line))
    .map((line) => line.replace(/\?run=\d+/g, ""))
    .join("\n");
}

export const failureMessage = (program: string, error: unknown): string =>
  `Running program '${program}' failed with an unhandled exception:\n${describe(error)}`;
