import { World, type WorldRecord } from "../world.ts";
import type { Layout } from "./layout.ts";

/** What the stack declares, by the URNs of the resources: the sandbox's world holds every stack's. */
export function declaredIn({ world: directory, stack }: Pick<Layout, "world" | "stack">): WorldRecord[] {
  // Opened anew: a writer may have replaced the log since.
  const world = new World(directory);
  try {
    return world.list().filter(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::`));
  } finally {
    world.close();
  }
}
