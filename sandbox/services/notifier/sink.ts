/**
 * Takes what the platform would send to Slack, PagerDuty and anybody who subscribed to a topic: every request is kept,
 * none leaves the machine. Mails to subscribers go on to the mail catcher.
 */
import { appendFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { privateDirectory, readIfPresent } from "../files.ts";
import { LOOPBACK } from "../ports.ts";

export interface CaughtRequest {
  /** When it arrived, UTC. */
  at: string;
  /** `email`, `https` or what else stands first in the path. */
  kind: string;
  /** The address to which the real request would have gone. */
  to: string;
  /** What a topic said, or the whole body. */
  subject: string;
  body: string;
}

export interface Sink {
  port: number;
  close(): Promise<void>;
}

export interface SinkOptions {
  directory: string;
  /** 0: any free port. */
  port: number;
  /** Where mails are caught; 0: nowhere. */
  mailPort: number;
  /** Only confirmation links of this origin are followed: the emulator's. */
  confirmOrigin: string;
}

interface TopicMessage {
  Type?: string;
  SubscribeURL?: string;
  Subject?: string;
  Message?: string;
}

const MAX_BYTES = 1_000_000;

/** Where a subscriber's messages go instead: `/<kind>/<address>`, the address percent-encoded. */
export const sinkPath = (kind: string, address: string): string => `/${kind}/${encodeURIComponent(address)}`;

export async function startSink(options: SinkOptions): Promise<Sink> {
  privateDirectory(options.directory);
  const server = createServer((request, response) => {
    const end = (status: number) => response.writeHead(status).end();
    if (request.method === "GET" && request.url === "/health") {
      end(200);
      return;
    }
    receive(options, request).then(
      () => end(200),
      () => end(400),
    );
  });
  await listen(server, options.port);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Every request caught so far, the oldest first. */
export function caughtRequests(directory: string): CaughtRequest[] {
  const lines = (readIfPresent(join(directory, "requests.jsonl")) ?? "").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

async function receive(options: SinkOptions, request: IncomingMessage): Promise<void> {
  const body = await readBody(request);
  const [, kind = "", encoded = ""] = new URL(request.url ?? "/", "http://sink").pathname.split("/");
  const to = decodeURIComponent(encoded);
  const message = parse(body);
  if (message.Type === "SubscriptionConfirmation" && message.SubscribeURL !== undefined) {
    return confirm(message.SubscribeURL, options.confirmOrigin);
  }
  const subject = message.Subject ?? "";
  const caught: CaughtRequest = { at: new Date().toISOString(), kind, to, subject, body: message.Message ?? body };
  appendFileSync(join(options.directory, "requests.jsonl"), `${JSON.stringify(caught)}\n`, { mode: 0o600 });
  if (kind === "email" && options.mailPort > 0) await mail(options.mailPort, caught);
}

/** The link comes in a request that anybody on this machine can send: it is not followed elsewhere. */
async function confirm(link: string, origin: string): Promise<void> {
  const url = new URL(link);
  const target = new URL(`${url.pathname}${url.search}`, origin);
  const response = await fetch(target, { signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
}

async function mail(port: number, { to, subject, body }: CaughtRequest): Promise<void> {
  const transport = createTransport({ host: LOOPBACK, port, secure: false, ignoreTLS: true });
  try {
    await transport.sendMail({
      from: "no-reply@sns.amazonaws.com",
      to,
      subject: subject || "AWS Notification Message",
      text: body,
    });
  } finally {
    transport.close();
  }
}

function parse(body: string): TopicMessage {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // Not a topic's message.
    return {};
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new Error("too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: LOOPBACK }, () => resolve());
  });
}
