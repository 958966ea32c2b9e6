import { messageOf } from "../failure.ts";

/** The shape of every check of a running system. "Could not be checked" is a failure to whoever reads the result. */
export interface CheckResult {
  name: string;
  status: "passed" | "failed" | "unknown";
  /** What was found, in one line. */
  detail: string;
  /** What to do; present unless the check passed. */
  remedy?: string;
  milliseconds: number;
}

export interface Check {
  name: string;
  /** What to do when it does not pass. */
  remedy: string;
  /** @returns what was found; throws {@link CheckFailed} for a fault, anything else counts as "could not be checked" */
  run(): Promise<string>;
}

/** The system answered, and the answer is wrong. */
export class CheckFailed extends Error {
  override readonly name = "CheckFailed";
}

async function runOne(check: Check): Promise<CheckResult> {
  const started = performance.now();
  const result = (status: CheckResult["status"], detail: string): CheckResult => ({
    name: check.name,
    status,
    detail,
    ...(status !== "passed" && { remedy: check.remedy }),
    milliseconds: Math.round(performance.now() - started),
  });
  try {
    return result("passed", await check.run());
  } catch (error) {
    return result(error instanceof CheckFailed ? "failed" : "unknown", messageOf(error));
  }
}

/** Runs all at once; the results stand in the order of the checks. */
export const runChecks = (checks: readonly Check[]): Promise<CheckResult[]> => Promise.all(checks.map(runOne));

export const allPassed = (results: readonly CheckResult[]): boolean =>
  results.every(({ status }) => status === "passed");
