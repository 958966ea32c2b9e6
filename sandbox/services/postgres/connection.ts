import { Client } from "pg";
import { LOOPBACK } from "../ports.ts";

/** How one connects to the cluster as its superuser. */
export interface ClusterConnection {
  host: string;
  port: number;
  user: string;
  password: string;
  /** PEM of the authority that signed the server's certificate; absent: the server has no TLS. */
  authority?: string | undefined;
}

/** Runs `work` with a connection that is closed whatever happens. */
export async function withClient<T>(
  connection: ClusterConnection,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: connection.host,
    port: connection.port,
    user: connection.user,
    password: connection.password,
    database,
    connectionTimeoutMillis: 5_000,
    ...(connection.authority !== undefined && { ssl: { ca: connection.authority, servername: "localhost" } }),
  });
  // A server that goes away under an idle connection must not end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** True when the server takes logins. */
export async function clusterAnswers(connection: ClusterConnection): Promise<boolean> {
  try {
    return await withClient({ ...connection, host: LOOPBACK }, "postgres", async (client) => {
      await client.query("select 1");
      return true;
    });
  } catch {
    return false;
  }
}
