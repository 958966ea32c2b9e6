import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to one request on its way to the service. */
export type Fault =
  | { kind: "pass" }
  /** The service never sees it; the client gets this answer. */
  | { kind: "answer"; status: number; code: string }
  /** The connection ends before an answer. */
  | { kind: "cut" }
  /** The connection ends after so many bytes of the answer's body. */
  | { kind: "cut-body"; afterBytes: number };

export interface FaultProxy {
  endpoint: string;
  /** Decides for each request; the default lets everything pass. */
  decide: (request: IncomingMessage) => Fault | Promise<Fault>;
  stop(): Promise<void>;
}

/** An HTTP proxy on loopback in front of a service, which fails on demand as a real network and a real S3 do. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const proxy: FaultProxy = { endpoint: "", decide: () => ({ kind: "pass" }), stop: () => stopServer(server) };
  const server = createServer(async (incoming, outgoing) => {
    const fault = await proxy.decide(incoming);
    if (fault.kind === "cut") {
      incoming.socket.destroy();
      return;
    }
    if (fault.kind === "answer") {
      incoming.resume();
      outgoing.writeHead(fault.status, { "content-type": "application/xml" });
      outgoing.end(`<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>injected</Message></Error>`);
      return;
    }
    const forwarded = request(
      new URL(incoming.url ?? "/", target),
      { method: incoming.method ?? "GET", headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        if (fault.kind === "pass") {
          answer.pipe(outgoing);
          return;
        }
        let sent = 0;
        answer.on("data", (chunk: Buffer) => {
          sent += chunk.length;
          outgoing.write(chunk.subarray(0, Math.max(0, chunk.length - Math.max(0, sent - fault.afterBytes))));
          if (sent >= fault.afterBytes) setImmediate(() => incoming.socket.destroy());
        });
        answer.on("end", () => outgoing.end());
      },
    );
    forwarded.on("error", () => outgoing.destroy());
    incoming.on("error", () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  proxy.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}

async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
