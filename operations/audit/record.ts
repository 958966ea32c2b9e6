import { randomUUID } from "node:crypto";
import { operator } from "../database/connection.ts";
import { messageOf } from "../failure.ts";
import type { Measurements } from "./metrics.ts";

/** Who did what to which environment, when, and how it ended: one JSON object a line. */
export interface AuditRecord {
  /** The same for the beginning and the end of one operation. */
  id: string;
  at: string;
  operator: string;
  environment: string;
  /** @example "backup create" */
  action: string;
  result: "started" | "succeeded" | "failed";
  detail: Readonly<Record<string, unknown>>;
}

export interface AuditTrail {
  write(record: AuditRecord): Promise<void>;
  publish(measurements: Measurements): Promise<void>;
}

export interface Audited<T> {
  result: T;
  /** What the record says about the result; never a secret. */
  detail?: Readonly<Record<string, unknown>>;
  measurements?: Measurements;
}

/**
 * Runs an operation between two records. The first is written before anything is touched: an operation that could not
 * be recorded does not begin. A failure is recorded too, and stays the failure even when its record cannot be written.
 */
export async function audited<T>(
  trail: AuditTrail,
  about: { environment: string; action: string; detail?: Readonly<Record<string, unknown>> },
  work: () => Promise<Audited<T>>,
): Promise<T> {
  const id = randomUUID();
  const record = (result: AuditRecord["result"], detail: AuditRecord["detail"]): AuditRecord => ({
    id,
    at: new Date().toISOString(),
    operator: operator(),
    environment: about.environment,
    action: about.action,
    result,
    detail: { ...about.detail, ...detail },
  });
  await trail.write(record("started", {}));
  let done: Audited<T>;
  try {
    done = await work();
  } catch (error) {
    await Promise.allSettled([
      trail.write(record("failed", { reason: messageOf(error) })),
      trail.publish({ failedOperations: 1 }),
    ]);
    throw error;
  }
  await trail.write(record("succeeded", done.detail ?? {}));
  await trail.publish({ failedOperations: 0, ...done.measurements });
  return done.result;
}
