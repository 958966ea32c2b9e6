import type { Backing } from "../backing.ts";
import { identityOf, type LocalSettings } from "../services/catalogue.ts";
import { sinkPath } from "../services/notifier/sink.ts";
import { LOOPBACK } from "../services/ports.ts";
import { clusterConnection } from "../services/postgres/service.ts";
import type { Progress, Supervisor } from "../services/supervisor.ts";
import { awsBacking } from "./aws.ts";
import { elasticacheBacking } from "./elasticache.ts";
import { postgresqlBacking } from "./postgresql.ts";

/**
 * The real services behind the sandbox's types. Vercel needs none: the edge follows what is declared. The services
 * must have been started.
 */
export async function localBackings(
  supervisor: Supervisor,
  settings: LocalSettings = {},
  report?: (progress: Progress) => void,
): Promise<Backing[]> {
  const { layout, services } = supervisor;
  const contextOf = await supervisor.context();
  const [any] = services;
  if (!any) throw new Error("there are no services");
  const context = contextOf(any);
  const identity = identityOf(settings);
  return [
    postgresqlBacking(() => clusterConnection(context)),
    elasticacheBacking(layout, report),
    awsBacking({
      port: context.port("aws"),
      identity,
      layout,
      sinkUrl: (kind, address) => `http://${LOOPBACK}:${context.port("notifier")}${sinkPath(kind, address)}`,
    }),
  ];
}
