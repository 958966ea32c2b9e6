import { compileWorld } from "../edge/project.ts";
import { declaredContainer } from "../reference/declaration.ts";
import { declaredIn } from "./declared.ts";
import { localEndpoints } from "./endpoints.ts";
import type { Layout } from "./layout.ts";
import { localise } from "./localise.ts";

/**
 * What a receiver is given in the stack, with the addresses of this machine; `undefined` when the stack does not
 * declare it. `project` is the name of an app's Vercel project.
 */
export function receivedVariables(
  layout: Layout,
  receiver: { project: string } | { helpdesk: "web" | "worker" },
): Record<string, string> | undefined {
  const records = declaredIn(layout);
  const declared =
    "project" in receiver
      ? compileWorld(records)
          .projects.find(({ name }) => name === receiver.project)
          ?.variables("production-domain")
      : declaredContainer(records, receiver.helpdesk);
  if (!declared) return undefined;
  const endpoints = localEndpoints(layout);
  return Object.fromEntries(Object.entries(declared).map(([name, value]) => [name, localise(name, value, endpoints)]));
}
