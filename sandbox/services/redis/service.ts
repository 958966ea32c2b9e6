import { join } from "node:path";
import { Redis, type RedisOptions } from "ioredis";
import { requireExecutable } from "../executable.ts";
import { writePrivate } from "../files.ts";
import { LOOPBACK } from "../ports.ts";
import type { Service, ServiceContext } from "../service.ts";
import { memberName, memberPort, type RedisGroup } from "./declaration.ts";

/** Parameters that the managed service knows and the server does not, and those that we decide. */
const MANAGED_ONLY = new Set(["reserved-memory", "reserved-memory-percent", "cluster-enabled", "databases-per-node"]);

/** One service for each member of a group. */
export function redisServices(group: RedisGroup): Service[] {
  return Array.from({ length: group.members }, (_, index) => memberService(group, index + 1));
}

function memberService(group: RedisGroup, member: number): Service {
  const name = memberName(group.id, member);
  const port = memberPort(group, member);
  return {
    name,
    ports: [port],
    ...(member !== group.primary && { after: [memberName(group.id, group.primary)] }),
    async prepare(context) {
      const command = requireExecutable("redis-server", {
        debian: "sudo apt-get install --no-install-recommends redis-server",
        macos: "brew install redis",
      });
      const path = join(context.directory, "redis.conf");
      writePrivate(path, await configuration(group, member, context));
      return { command, args: [path], cwd: context.directory, environment: {} };
    },
    answers: (context) => memberAnswers(group, context.port(port), context),
    address: (context) => `${group.tls ? "rediss" : "redis"}://localhost:${context.port(port)}`,
  };
}

async function configuration(group: RedisGroup, member: number, context: ServiceContext): Promise<string> {
  const lines = new Map<string, string>([
    ["bind", LOOPBACK],
    ["protected-mode", "yes"],
    ["daemonize", "no"],
    // The command line of the process names it for us: it must not change.
    ["set-proc-title", "no"],
    ["dir", context.directory],
    ["appendonly", "yes"],
    // A primary would wait 5 s for more replicas to join before it gives the first its copy.
    ["repl-diskless-sync-delay", "0"],
    ["save", '""'],
  ]);
  for (const [name, value] of Object.entries(group.parameters)) {
    if (!MANAGED_ONLY.has(name)) lines.set(name, value === "" ? '""' : value);
  }
  const port = String(context.port(memberPort(group, member)));
  lines.set("port", group.tls ? "0" : port);
  if (group.tls) {
    const { certificate, key } = await context.authority.issue("redis", {
      names: ["localhost"],
      addresses: [LOOPBACK],
    });
    writePrivate(join(context.directory, "server.pem"), certificate);
    writePrivate(join(context.directory, "server.key"), key);
    lines.set("tls-port", port);
    lines.set("tls-cert-file", join(context.directory, "server.pem"));
    lines.set("tls-key-file", join(context.directory, "server.key"));
    lines.set("tls-ca-cert-file", context.authority.path);
    lines.set("tls-auth-clients", "no");
    lines.set("tls-replication", "yes");
  }
  if (group.authToken !== undefined) {
    lines.set("requirepass", JSON.stringify(group.authToken));
    lines.set("masterauth", JSON.stringify(group.authToken));
  }
  if (member !== group.primary) {
    lines.set("replicaof", `${LOOPBACK} ${context.port(memberPort(group, group.primary))}`);
  }
  return `${[...lines].map(([name, value]) => `${name} ${value}`).join("\n")}\n`;
}

/** Replies as version 5 of the library gave them, the only form that both of its versions share. */
export type RedisConnection = Omit<RedisOptions, "replyMapping">;

/** How a client of the group connects to one of its ports. */
export function redisConnection(
  group: Pick<RedisGroup, "tls" | "authToken">,
  port: number,
  authority: { certificate: string },
): RedisConnection {
  return {
    host: LOOPBACK,
    port,
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    // A server that does not answer must not keep the command from ending.
    disconnectTimeout: 200,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    ...(group.authToken !== undefined && { password: group.authToken }),
    ...(group.tls && { tls: { ca: authority.certificate, servername: "localhost" } }),
  };
}

/** Runs `work` with a connection to one member; the connection is closed whatever happens. */
export async function withRedis<T>(options: RedisConnection, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(options);
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    client.disconnect();
  }
}

/** A replica answers when it has its copy: until then it would serve old values. */
async function memberAnswers(group: RedisGroup, port: number, context: ServiceContext): Promise<boolean> {
  try {
    return await withRedis(redisConnection(group, port, context.authority), async (client) => {
      const replication = await client.info("replication");
      return /^role:master/m.test(replication) || /^master_link_status:up/m.test(replication);
    });
  } catch {
    return false;
  }
}
