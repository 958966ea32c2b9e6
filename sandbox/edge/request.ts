/** A request as the edge's rules see it, and the answer that they and the app produce. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

export interface EdgeRequest {
  method: string;
  /** `http` or `https`. */
  scheme: string;
  /** Lower case, without a port. */
  host: string;
  /** Percent-encoded, begins with a slash, without the query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: IncomingHttpHeaders;
  /** The client's address. */
  ip: string;
  /** The whole body; read at most once. */
  body(): Promise<Buffer>;
}

export interface EdgeResponse {
  status: number;
  headers: Map<string, string>;
  body: string | Buffer;
}

/** Bodies above this are refused: the reference app has no use for them. */
const MAX_BODY_BYTES = 4_500_000;

export class BodyTooLarge extends Error {}

export function respond(status: number, body: string, headers: Record<string, string> = {}): EdgeResponse {
  const type = headers["Content-Type"] ?? "text/plain; charset=utf-8";
  return { status, headers: new Map(Object.entries({ "Content-Type": type, ...headers })), body };
}

export function edgeRequest(message: IncomingMessage, scheme: string): EdgeRequest {
  const url = message.url ?? "/";
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  return {
    method: message.method ?? "GET",
    scheme,
    host: hostName(message.headers.host ?? ""),
    path: path.startsWith("/") ? path : "/",
    query: new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1)),
    headers: { ...message.headers, "x-forwarded-proto": scheme },
    ip: clientAddress(message),
    body: () => readBody(message),
  };
}

export function hostName(host: string): string {
  const colon = host.lastIndexOf(":");
  return (colon < 0 ? host : host.slice(0, colon)).toLowerCase();
}

/**
 * Everybody who reaches the edge is on this machine, so `X-Forwarded-For` is believed: it lets one try what a client
 * at another address would get. (The real edge overwrites it.)
 */
function clientAddress(message: IncomingMessage): string {
  const forwarded = message.headers["x-forwarded-for"];
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(",")[0]?.trim();
  return first || (message.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The cookies of a request, by name. */
export function cookiesOf(headers: IncomingHttpHeaders): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (headers.cookie ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0) cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return cookies;
}

export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(", ") : value;
}
