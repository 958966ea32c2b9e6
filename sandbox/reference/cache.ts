import { Redis } from "ioredis";

export interface CacheOptions {
  host: string;
  port: number;
  username?: string;
  password?: string;
  tls?: { servername: string; ca?: string };
}

/** `redis://` or `rediss://`, with the authority of a local server in the query: `?ca=/path`. */
export function cacheOptions(url: string, readAuthority: (path: string) => string): CacheOptions {
  const parsed = new URL(url);
  const authority = parsed.searchParams.get("ca");
  return {
    host: parsed.hostname,
    port: Number(parsed.port || 6379),
    ...(parsed.username !== "" && { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password !== "" && { password: decodeURIComponent(parsed.password) }),
    ...(parsed.protocol === "rediss:" && {
      tls: {
        servername: parsed.hostname === "127.0.0.1" ? "localhost" : parsed.hostname,
        ...(authority && { ca: readAuthority(authority) }),
      },
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
