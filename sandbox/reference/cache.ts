import { Redis } from "ioredis";

export interface CacheOptions {
  host: string;
  port: number;
  username?: string;
  password?: string;
  tls?: { servername: string };
}

/** Of `redis://` or `rediss://`. The authority of a local server comes with `NODE_EXTRA_CA_CERTS`. */
export function cacheOptions(url: string): CacheOptions {
  const parsed = new URL(url);
  return {
    host: parsed.hostname,
    port: Number(parsed.port || 6379),
    ...(parsed.username !== "" && { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password !== "" && { password: decodeURIComponent(parsed.password) }),
    ...(parsed.protocol === "rediss:" && {
      tls: { servername: parsed.hostname },
    }),
  };
}

export async function cacheAnswers(options: CacheOptions, timeoutMilliseconds = 2_000): Promise<boolean> {
  const client = new Redis({
    ...options,
    lazyConnect: true,
    connectTimeout: timeoutMilliseconds,
    commandTimeout: timeoutMilliseconds,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}
