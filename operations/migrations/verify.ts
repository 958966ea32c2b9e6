import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type pg from "pg";
import {
  compareSchemas,
  describeDifference,
  readSchema,
  type SchemaDifference,
  type SchemaSnapshot,
  sameSchema,
  snapshotOf,
} from "../database/catalog.ts";
import { quoteIdentifier, withConnection, withDatabase } from "../database/connection.ts";
import { dropDatabase } from "../database/sessions.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import { type Migration, readMigrations } from "./file.ts";
import { ensureTables } from "./history.ts";
import { runMigration } from "./runner.ts";

export interface VerifiedMigrations {
  migrations: readonly Migration[];
  /** The schema after every migration. */
  schema: SchemaSnapshot;
}

/**
 * Proves every migration in a database that exists for this purpose only: up, down, up. After the down part the schema
 * must be what it was before, after the second up what it was after the first.
 *
 * @param serverUrl a server where a database may be created and dropped, such as a throw-away cluster
 */
export async function verifyMigrations(serverUrl: string, directory: string): Promise<VerifiedMigrations> {
  const migrations = await readMigrations(directory);
  return await withScratchDatabase(serverUrl, async (client) => {
    await ensureTables(client);
    let before = await readSchema(client);
    for (const migration of migrations) {
      await step(client, migration, "up");
      const after = await readSchema(client);
      await step(client, migration, "down");
      requireSame(before, await readSchema(client), `${migration.file}: its down part does not restore the schema`);
      await step(client, migration, "up");
      before = await readSchema(client);
      requireSame(after, before, `${migration.file}: applied again after its down part, it gives another schema`);
    }
    return { migrations, schema: before };
  });
}

async function step(client: pg.Client, migration: Migration, direction: "up" | "down"): Promise<void> {
  try {
    await runMigration(client, migration, direction, { lockRetries: 0 });
  } catch (error) {
    throw new OperationFailure(`the ${direction} part of ${migration.file} fails: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function requireSame(expected: SchemaSnapshot, actual: SchemaSnapshot, message: string): void {
  const difference = compareSchemas(expected, actual);
  if (!sameSchema(difference)) throw new OperationFailure(`${message}:\n${describeDifference(difference)}`);
}

async function withScratchDatabase<T>(serverUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const name = `thorbis_verify_${randomBytes(6).toString("hex")}`;
  return await withConnection(serverUrl, "verify", async (server) => {
    await server.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0`);
    try {
      return await withConnection(withDatabase(serverUrl, name), "verify", work);
    } finally {
      await dropDatabase(server, name);
    }
  });
}

/** The committed picture of the schema: one fact a line, so that a pull request shows what a migration does. */
export async function readSnapshotFile(path: string): Promise<SchemaSnapshot> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new OperationFailure(`the schema snapshot cannot be read: ${messageOf(error)}`, {
      exitCode: 2,
      remedy: "Write it once, and commit it: ./thorbis db verify --write",
    });
  });
  return snapshotOf(text.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#")));
}

export async function writeSnapshotFile(path: string, schema: SchemaSnapshot): Promise<void> {
  const header = "# The schema after every migration. Written by `./thorbis db verify --write`; do not edit.\n";
  await writeFile(path, `${header}${schema.lines.map(onOneLine).join("\n")}\n`);
}

/** What the live database lacks of the snapshot, and what it has beyond it. */
export async function compareWithSnapshot(url: string, snapshot: SchemaSnapshot): Promise<SchemaDifference> {
  const live = await withConnection(url, "verify", readSchema);
  return compareSchemas(snapshot, snapshotOf(live.lines.map(onOneLine)));
}

/** A default or a comment in a definition may hold a line break; the file has one fact a line. */
function onOneLine(fact: string): string {
  return fact.replace(/\r?\n/g, "\\n");
}
