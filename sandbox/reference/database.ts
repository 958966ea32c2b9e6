import { Client } from "pg";

export interface DatabaseHealth {
  healthy: boolean;
  latencyMilliseconds: number;
  /** What a caller may know of a failure: never the connection string, never the server's own words. */
  reason?: string;
}

/** Logs in with the application's own role and asks one question. */
export async function databaseHealth(url: string | undefined, timeoutMilliseconds = 3_000): Promise<DatabaseHealth> {
  const began = performance.now();
  const outcome = (healthy: boolean, reason?: string): DatabaseHealth => ({
    healthy,
    latencyMilliseconds: Math.round(performance.now() - began),
    ...(reason !== undefined && { reason }),
  });
  if (!url) return outcome(false, "DATABASE_URL is not set");
  let client: Client;
  try {
    client = new Client({
      connectionString: url,
      connectionTimeoutMillis: timeoutMilliseconds,
      query_timeout: timeoutMilliseconds,
    });
  } catch {
    return outcome(false, "DATABASE_URL is no connection string");
  }
  // A connection that breaks after the answer must not end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return outcome(true);
  } catch (error) {
    return outcome(false, reasonOf(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  if (code === "28P01" || code === "28000") return "the login was refused";
  if (code === "3D000") return "the database does not exist";
  if (code === "53300") return "there are too many connections";
  return "the server does not answer";
}
