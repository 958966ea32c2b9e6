import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { unprivilegedAccount } from "../account.ts";
import type { Layout } from "../layout.ts";
import { LOOPBACK } from "../ports.ts";
import type { Service, ServiceContext } from "../service.ts";
import { type ClusterOptions, clusterCommand, prepareCluster } from "./cluster.ts";
import { type ClusterConnection, clusterAnswers } from "./connection.ts";
import { findInstallations } from "./installation.ts";

/** As on a managed server: the name that users expect to be theirs stays free for the declared master user. */
const SUPERUSER = "rdsadmin";

/** The private cluster of a checkout. `major` pins its version; an existing data directory decides otherwise. */
export function postgresService(major?: number): Service {
  return {
    name: "postgres",
    // SIGINT ends the sessions and shuts down cleanly; SIGTERM would wait for every client to leave.
    stopSignal: "SIGINT",
    async prepare(context) {
      letPass(context.layout);
      const options = await clusterOptions(context, major);
      return clusterCommand(options, await prepareCluster(options));
    },
    answers: (context) => clusterAnswers(clusterConnection(context)),
    address: (context) => `postgresql://${SUPERUSER}@localhost:${context.port("postgres")}/postgres (TLS)`,
  };
}

/** How the sandbox reaches the cluster as its superuser. */
export function clusterConnection(
  context: Pick<ServiceContext, "port" | "credentials" | "authority">,
): ClusterConnection {
  return {
    host: LOOPBACK,
    port: context.port("postgres"),
    user: SUPERUSER,
    password: context.credentials.get("postgres"),
    authority: context.authority.certificate,
  };
}

/** The server runs under another name when we are root: it must get through to its directory, and see nothing else. */
function letPass(layout: Layout): void {
  if (unprivilegedAccount("postgres"))
    for (const path of [dirname(layout.directory), layout.directory]) chmodSync(path, 0o711);
}

async function clusterOptions(context: ServiceContext, major: number | undefined): Promise<ClusterOptions> {
  return {
    directory: context.directory,
    port: context.port("postgres"),
    user: SUPERUSER,
    password: context.credentials.get("postgres"),
    tls: await context.authority.issue("postgres", { names: ["localhost"], addresses: [LOOPBACK] }),
    // Whether a client must use TLS is declared with each database, and stands in its connection string.
    plainToo: true,
    account: unprivilegedAccount("postgres"),
    installations: findInstallations(),
    major,
    settings: { wal_level: "logical", max_connections: 200, shared_buffers: "64MB" },
  };
}
