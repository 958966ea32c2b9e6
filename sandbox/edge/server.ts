import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Certificate } from "../services/certificates.ts";
import { LOOPBACK } from "../services/ports.ts";
import { type App, serve } from "./pipeline.ts";
import type { EdgeWorld } from "./project.ts";
import { type EdgeResponse, edgeRequest, respond } from "./request.ts";

export interface EdgeServer {
  httpPort: number;
  /** 0 without a certificate. */
  httpsPort: number;
  /** Serves other projects from the next request on. */
  update(world: EdgeWorld): void;
  /** Shows this certificate from the next connection on. */
  trust(certificate: Certificate): void;
  close(): Promise<void>;
}

export interface EdgeOptions {
  world: EdgeWorld;
  app: App;
  /** 0: any free port. */
  httpPort: number;
  httpsPort?: number;
  tls?: Certificate | undefined;
  /** Injected failures: `undefined` lets the request pass. */
  fault?: () => Promise<EdgeResponse | undefined> | undefined;
}

/** Starts the edge on loopback. */
export async function startEdge(options: EdgeOptions): Promise<EdgeServer> {
  let { world } = options;
  let sequence = 0;
  const listener =
    (scheme: string): RequestListener =>
    (message, response) => {
      const request = edgeRequest(message, scheme);
      const id = `local1::${(++sequence).toString(36)}`;
      answer(request).then(
        ({ status, headers, body }) => {
          const lines: string[] = ["Server", "Vercel", "X-Vercel-Id", id];
          for (const [name, value] of headers) lines.push(name, value);
          const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
          lines.push("Content-Length", String(length));
          response.writeHead(status, lines);
          response.end(request.method === "HEAD" ? undefined : body);
        },
        () => response.destroy(),
      );
    };
  const answer = async (request: ReturnType<typeof edgeRequest>): Promise<EdgeResponse> => {
    try {
      const injected = options.fault?.();
      if (injected) {
        const failed = await injected;
        if (failed) return failed;
      }
      return await serve(world, options.app, request);
    } catch {
      // A rule that cannot be applied must not take the edge down with it.
      return respond(500, "INTERNAL_EDGE_ERROR\n");
    }
  };

  const http = await listen(createHttpServer(listener("http")), options.httpPort);
  const https =
    options.tls &&
    (await listen(
      createHttpsServer({ cert: options.tls.certificate, key: options.tls.key }, listener("https")),
      options.httpsPort ?? 0,
    ));
  return {
    httpPort: portOf(http),
    httpsPort: https ? portOf(https) : 0,
    update(next) {
      world = next;
    },
    trust({ certificate, key }) {
      https?.setSecureContext({ cert: certificate, key });
    },
    async close() {
      await Promise.all([http, https].map((server) => server && stop(server)));
    },
  };
}

function listen<S extends Server>(server: S, port: number): Promise<S> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: LOOPBACK }, () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
