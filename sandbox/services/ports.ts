import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { ServiceFailure } from "./failure.ts";
import { describePortOwner } from "./portOwner.ts";

export const LOOPBACK = "127.0.0.1";

/** Below the range from which systems take ports for outgoing connections, so that a recorded port stays free. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen({ port, host: LOOPBACK, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** A loopback port on which nobody listens and which is not in `taken`. */
export async function findFreePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new ServiceFailure(`no free port between ${LOWEST} and ${HIGHEST} on ${LOOPBACK}`, {
    remedy: "stop what listens there (`ss -ltn` lists it)",
  });
}

export async function requireFreePort(port: number, service: string): Promise<void> {
  if (await isPortFree(port)) return;
  const owner = describePortOwner(port);
  throw new ServiceFailure(`port ${port} of ${service} is taken${owner === undefined ? "" : ` by ${owner}`}`, {
    remedy: "stop that program, or let this checkout choose other ports: `./thorbis local start --new-ports`",
  });
}
