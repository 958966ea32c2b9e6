/** The packages that run in production, asked about at the package registry. */
import { spawn } from "node:child_process";
import * as path from "node:path";
import { z } from "zod";
import { OperationFailure } from "../failure.ts";
import { type Check, CheckFailed } from "./check.ts";

const root = path.resolve(import.meta.dirname, "..", "..");

const report = z.object({
  metadata: z.object({ vulnerabilities: z.object({ high: z.number(), critical: z.number() }) }),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string() })).optional(),
});

export interface Vulnerable {
  name: string;
  severity: "high" | "critical";
}

/** @throws OperationFailure when the registry gave no report: not asked is no pass */
export function parseAudit(printed: string): Vulnerable[] {
  const parsed = report.safeParse(safeJson(printed));
  if (!parsed.success) {
    throw new OperationFailure("the registry could not be asked about vulnerabilities, which is no pass", {
      remedy: "run it where the package registry can be reached",
    });
  }
  return Object.entries(parsed.data.vulnerabilities ?? {}).flatMap(([name, { severity }]) =>
    severity === "high" || severity === "critical" ? [{ name, severity }] : [],
  );
}

/** Production dependencies with a known vulnerability of high severity. */
export const vulnerableDependencies = async (): Promise<Vulnerable[]> => parseAudit(await npmAudit());

export const dependencyCheck = (): Check => ({
  name: "dependencies",
  remedy: "Raise the packages to fixed versions: npm update NAME, or wait for the weekly pull request.",
  async run() {
    const found = await vulnerableDependencies();
    if (found.length > 0) throw new CheckFailed(found.map(({ name, severity }) => `${name} (${severity})`).join(", "));
    return "no production dependency has a known vulnerability of high severity";
  },
});

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function npmAudit(): Promise<string> {
  const child = spawn("npm", ["audit", "--omit=dev", "--json"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}
