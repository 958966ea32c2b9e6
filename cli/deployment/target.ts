/**
 * Which world a command works on. Nothing touches a cloud unless that is said, and every output begins by saying which
 * it is.
 */
import type { Flags } from "./flags.ts";
import { UsageError } from "./usage-error.ts";

export interface Target {
  world: "sandbox" | "cloud";
  engine: "embedded" | "pulumi";
}

/** The stack that every developer has for himself. */
export const localStack = "development";

export type StackCommand = "preview" | "up" | "refresh" | "destroy" | "outputs" | "state";

/** Errors: {@link UsageError}. */
export function targetOf(
  command: StackCommand,
  stack: string,
  flags: Pick<Flags, "sandbox" | "cloud" | "engine">,
): Target {
  if (flags.sandbox && flags.cloud) throw new UsageError("--sandbox and --cloud exclude each other");
  if (flags.cloud && flags.engine === "embedded") {
    throw new UsageError(
      "the embedded engine never touches a cloud",
      "Leave --engine out: --cloud uses the Pulumi CLI.",
    );
  }
  const changes = command === "up" || command === "refresh" || command === "destroy";
  if (changes && stack !== localStack && !flags.sandbox && !flags.cloud) {
    throw new UsageError(
      `${command} ${stack}: it has to be said which '${stack}' is meant`,
      "--sandbox for the local sandbox, --cloud for the real accounts",
    );
  }
  if (flags.cloud) return { world: "cloud", engine: "pulumi" };
  return { world: "sandbox", engine: flags.engine ?? "embedded" };
}

/** `up development` is local and asks nothing. */
export const asksNothing = (command: StackCommand, stack: string, target: Target): boolean =>
  command === "preview" || (command === "up" && stack === localStack && target.world === "sandbox");

/** The first line of the output. */
export function describeTarget(command: string, stack: string, target: Target): string {
  const where = target.world === "cloud" ? "the real accounts (cloud)" : "the local sandbox; no cloud is touched";
  return `${command} ${stack} on ${where}; ${target.engine === "pulumi" ? "Pulumi CLI" : "embedded engine"}`;
}
