/**
 * One HTTP request to a host name that may have no address: `*.localhost` does not resolve everywhere, and a new
 * deployment is checked before its DNS is switched.
 */
import * as http from "node:http";
import * as https from "node:https";

export interface Reach {
  /** Connect here instead of to the host that the URL names. */
  address?: { host: string; port: number };
  /** PEM of the authority that signs the host's certificate; the system's authorities by default. */
  authority?: string;
  /** @default 10 seconds */
  timeoutMilliseconds?: number;
  headers?: Record<string, string>;
  method?: string;
}

export interface Answer {
  status: number;
  /** Lower-case names, every value in the order in which it came. */
  headers: ReadonlyMap<string, readonly string[]>;
  body: string;
}

/** Far more than a health answer; a page that never ends must not fill the memory. */
const LARGEST_BODY = 4 * 1024 * 1024;

function collect(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? "";
    headers.set(name, [...(headers.get(name) ?? []), raw[index + 1] ?? ""]);
  }
  return headers;
}

/** @throws Error naming the URL and the cause; redirects are answers, not followed */
export function request(url: string, reach: Reach = {}): Promise<Answer> {
  const target = new URL(url);
  const secure = target.protocol === "https:";
  const { address, authority, timeoutMilliseconds = 10_000, headers, method = "GET" } = reach;
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`${url}: ${reason}`));
    const sent = (secure ? https : http).request(
      {
        host: address?.host ?? target.hostname,
        port: address?.port ?? (target.port || (secure ? 443 : 80)),
        path: target.pathname + target.search,
        method,
        headers: { host: target.host, ...headers },
        ...(secure && { servername: target.hostname, ...(authority !== undefined && { ca: authority }) }),
        signal: AbortSignal.timeout(timeoutMilliseconds),
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > LARGEST_BODY) sent.destroy(new Error("the answer is larger than 4 MiB"));
          else chunks.push(chunk);
        });
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: collect(response.rawHeaders),
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
        response.on("error", (error) => fail(error.message));
      },
    );
    sent.on("error", (error) =>
      fail(
        error.name === "AbortError" || error.name === "TimeoutError"
          ? `no answer within ${timeoutMilliseconds} ms`
          : error.message,
      ),
    );
    sent.end();
  });
}
