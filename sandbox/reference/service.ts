import { join } from "node:path";
import { declaredIn } from "../services/declared.ts";
import { localEndpoints } from "../services/endpoints.ts";
import { ServiceFailure } from "../services/failure.ts";
import type { Layout } from "../services/layout.ts";
import { localise } from "../services/localise.ts";
import { runningProcess } from "../services/records.ts";
import { declaredGroups, memberName } from "../services/redis/declaration.ts";
import type { Service } from "../services/service.ts";
import { declaredContainer } from "./declaration.ts";

const MAIN = join(import.meta.dirname, "worker-main.ts");

/** HelpDesk's worker, where one is declared. */
export function workerServices(layout: Layout): Service[] {
  const variables = workerVariables(layout);
  if (!variables) return [];
  return [
    {
      name: "worker",
      ports: [],
      after: ["mail", ...declaredGroups(layout).map(({ id }) => memberName(id, 1))],
      prepare: async ({ directory }) => ({ ...workerCommand(layout), cwd: directory }),
      // What the container's own health command asks goes through the queue; `./thorbis local worker health` shows it.
      answers: async () => runningProcess(layout, "worker") !== undefined,
      address: () => `queue ${variables.BULLMQ_QUEUE ?? ""}`,
    },
  ];
}

/** How the worker's program is run: `health` asks whether it works. Refused when no worker is declared. */
export function workerCommand(layout: Layout, ...args: string[]) {
  const variables = workerVariables(layout);
  if (!variables) {
    throw new ServiceFailure("no worker is declared in this stack", {
      exitCode: 2,
      remedy: "./thorbis up development declares one",
    });
  }
  const environment = { ...variables, NODE_EXTRA_CA_CERTS: localEndpoints(layout).authorityPath };
  return { command: process.execPath, args: [MAIN, ...args], environment };
}

/** The worker's variables with the addresses of this machine; `undefined` when no worker is declared. */
export function workerVariables(layout: Layout): Record<string, string> | undefined {
  const declared = declaredContainer(declaredIn(layout), "worker");
  if (!declared) return undefined;
  const endpoints = localEndpoints(layout);
  return Object.fromEntries(Object.entries(declared).map(([name, value]) => [name, localise(name, value, endpoints)]));
}
