import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import type { Measurements } from "../audit/metrics.ts";
import { connect } from "../database/connection.ts";
import { messageOf } from "../failure.ts";
import { type Check, CheckFailed } from "../verification/check.ts";
import type { JobDatabase } from "./databases.ts";
import type { JobContext } from "./job.ts";
import { blocksOf, connectionsOf, HARMLESS, requireStatements } from "./statistics.ts";

/** How a run looks at a database. The alarm on connection errors needs more than ten within five minutes. */
export interface VitalsPace {
  /** How often a refused connection is tried again. */
  readonly attempts: number;
  readonly pauseMilliseconds: number;
  /** How long the database is watched: its counters never stand still, only their differences say anything. */
  readonly windowMilliseconds: number;
}

const calm: VitalsPace = { attempts: 12, pauseMilliseconds: 5_000, windowMilliseconds: 60_000 };

/** A single call of this length is a slow one. */
const SLOW_MILLISECONDS = 1_000;
/** Below this a share says nothing. */
const FEWEST_BLOCKS = 1_000;

/**
 * Measures what the database alarms watch. Judging is theirs: this check is red only when nothing could be measured.
 */
export const vitals = (context: JobContext, database: JobDatabase, pace: VitalsPace = calm): Check => ({
  name: `vitals of ${database.name}`,
  remedy: "Find out who refuses: docs/runbooks/database-connection-errors.md.",
  async run() {
    const { client, refusals, reason } = await persist(context, database, pace);
    context.measure(database.name, { connectionErrors: refusals });
    if (client === undefined) throw new CheckFailed(`${refusals} of ${refusals} attempts to connect failed: ${reason}`);
    // A server that goes away is reported by the next query; without a listener it would end the process.
    client.on("error", () => undefined);
    try {
      const measured = await watch(client, context, pace);
      context.measure(database.name, measured);
      return Object.entries(measured)
        .map(([key, value]) => `${key} ${Math.round(value)}`)
        .join(", ");
    } finally {
      await client.end().catch(() => undefined);
    }
  },
});

/** Tries until it is let in. What is refused is counted: a server that is gone refuses every attempt. */
async function persist({ signal }: JobContext, { url }: JobDatabase, { attempts, pauseMilliseconds }: VitalsPace) {
  let reason = "";
  for (let refusals = 0; refusals < attempts; refusals += 1) {
    if (refusals > 0) await pause(pauseMilliseconds, undefined, signal === undefined ? {} : { signal });
    try {
      return { client: await connect(url, "vitals"), refusals, reason };
    } catch (error) {
      reason = messageOf(error);
    }
  }
  return { client: undefined, refusals: attempts, reason };
}

async function watch(client: pg.Client, { signal }: JobContext, { windowMilliseconds }: VitalsPace) {
  await requireStatements(client);
  const before = { blocks: await blocksOf(client), connections: await connectionsOf(client) };
  const statements = await statementsOf(client);
  await pause(windowMilliseconds, undefined, signal === undefined ? {} : { signal });
  const after = { blocks: await blocksOf(client), connections: await connectionsOf(client) };
  const measured: Measurements = {
    connections: Math.max(before.connections.used, after.connections.used),
    slowQueries: slowCalls(statements, await statementsOf(client)),
  };
  const hits = after.blocks.hits - before.blocks.hits;
  const blocks = hits + after.blocks.reads - before.blocks.reads;
  // Negative after a reset of the statistics.
  return hits >= 0 && blocks >= FEWEST_BLOCKS ? { ...measured, cacheHitPercent: (100 * hits) / blocks } : measured;
}

type Statements = ReadonlyMap<string, { readonly calls: number; readonly milliseconds: number }>;

async function statementsOf(client: pg.Client): Promise<Statements> {
  const { rows } = await client.query<{ id: string; calls: number; milliseconds: number }>(
    `SELECT concat_ws('/', userid, queryid, toplevel) AS id, calls::float8 AS calls, total_exec_time AS milliseconds
       FROM pg_stat_statements
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND query ~* $1`,
    [HARMLESS],
  );
  return new Map(rows.map(({ id, ...counted }) => [id, counted]));
}

/** The calls within the window of those statements that took too long in it, on average. */
function slowCalls(before: Statements, after: Statements): number {
  let slow = 0;
  for (const [id, { calls, milliseconds }] of after) {
    const more = calls - (before.get(id)?.calls ?? 0);
    const longer = milliseconds - (before.get(id)?.milliseconds ?? 0);
    if (more > 0 && longer / more > SLOW_MILLISECONDS) slow += more;
  }
  return slow;
}
