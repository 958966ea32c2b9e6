import { createHash } from "node:crypto";
import { z } from "zod";
import { describeUrl } from "../database/connection.ts";
import { OperationFailure } from "../failure.ts";
import type { Migration } from "./file.ts";

const planSchema = z.strictObject({
  format: z.literal(1),
  environment: z.string(),
  direction: z.enum(["up", "down"]),
  /** `host:port/database`, so that a plan made for one server is not applied to another. */
  database: z.string(),
  steps: z.array(
    z.strictObject({
      version: z.string(),
      description: z.string(),
      checksum: z.string(),
      statements: z.array(z.string()),
    }),
  ),
  digest: z.string(),
});

/** What a reviewer reads and approves, and what the runner then holds the database against. */
export type MigrationPlan = z.infer<typeof planSchema>;

export function makePlan(
  environment: string,
  url: string,
  direction: "up" | "down",
  migrations: readonly Migration[],
): MigrationPlan {
  const plan = {
    format: 1 as const,
    environment,
    direction,
    database: describeUrl(url),
    steps: migrations.map((migration) => ({
      version: migration.version,
      description: migration.description,
      checksum: migration.checksum,
      statements: migration[direction].map(({ sql }) => sql),
    })),
  };
  return { ...plan, digest: digestOf(plan) };
}

/** Reads an approved plan; refuses one that was edited after it was made. */
export function parsePlan(text: string): MigrationPlan {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new OperationFailure("the plan file is not JSON", { exitCode: 2 });
  }
  const parsed = planSchema.safeParse(json);
  if (!parsed.success) {
    throw new OperationFailure(`the plan file is not a migration plan: ${z.prettifyError(parsed.error)}`, {
      exitCode: 2,
    });
  }
  const { digest, ...plan } = parsed.data;
  if (digestOf(plan) !== digest) {
    throw new OperationFailure("the plan file was changed after it was made", {
      exitCode: 3,
      remedy: "Make a new one: ./thorbis db migrate --plan FILE",
    });
  }
  return parsed.data;
}

/** Refuses when the approved plan is not the one that would run now. */
export function requireSamePlan(approved: MigrationPlan, current: MigrationPlan): void {
  if (approved.digest === current.digest) return;
  const fields = (["environment", "database", "direction"] as const).filter(
    (field) => approved[field] !== current[field],
  );
  const what = fields.length > 0 ? `its ${fields.join(" and ")} differ` : "the migrations differ";
  throw new OperationFailure(`the approved plan is not what would run now: ${what}`, {
    exitCode: 3,
    remedy: "Make a new plan and have it approved: ./thorbis db migrate --plan FILE",
  });
}

function digestOf(plan: Omit<MigrationPlan, "digest">): string {
  return createHash("sha256").update(JSON.stringify(plan)).digest("hex");
}
