import { ServiceFailure } from "../failure.ts";
import type { Layout } from "../layout.ts";
import { LOOPBACK } from "../ports.ts";
import type { ServiceContext } from "../service.ts";
import { declaredGroups, declareGroup, memberPort, type RedisGroup } from "./declaration.ts";
import { redisConnection, withRedis } from "./service.ts";

/**
 * Makes another member of the group its primary, as the managed service does: the new primary takes over the port of
 * the old one, whose clients lose their connection and find the new one under the same address.
 */
export async function failOver(
  layout: Layout,
  id: string,
  context: Omit<ServiceContext, "directory">,
): Promise<RedisGroup> {
  const group = declaredGroups(layout).find((declared) => declared.id === id);
  if (!group) {
    const known = declaredGroups(layout).map((declared) => declared.id);
    throw new ServiceFailure(`there is no local replication group ${id}`, {
      exitCode: 2,
      remedy:
        known.length > 0
          ? `the groups are: ${known.join(", ")}`
          : "no group is declared: `./thorbis up development` declares them",
    });
  }
  if (group.members < 2) {
    throw new ServiceFailure(`the replication group ${id} has no replica to fail over to`, { exitCode: 2 });
  }
  const successor = { ...group, primary: (group.primary % group.members) + 1 };
  const primaryPort = context.port(memberPort(group, group.primary));
  const replicaPort = context.port(memberPort(group, successor.primary));
  const portSetting = group.tls ? "tls-port" : "port";
  const open = (port: number) => redisConnection(group, port, context.authority);
  await withRedis(open(primaryPort), (old) =>
    withRedis(open(replicaPort), async (fresh) => {
      // The old primary stops taking writes before the new one starts to: none is lost between the two.
      await old.call("CLIENT", "PAUSE", "2000", "WRITE");
      await old.call("WAIT", "1", "1000").catch(() => undefined);
      await fresh.call("REPLICAOF", "NO", "ONE");
      // Each leaves its port free before the other takes it; the connections in use stay open meanwhile.
      await fresh.config("SET", portSetting, "0");
      await old.config("SET", portSetting, String(replicaPort));
      await fresh.config("SET", portSetting, String(primaryPort));
      await old.call("REPLICAOF", LOOPBACK, String(primaryPort));
      await old.call("CLIENT", "UNPAUSE");
      await old.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    }),
  );
  declareGroup(layout, successor);
  return successor;
}
