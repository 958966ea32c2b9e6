import { readIfPresent } from "./files.ts";
import type { Layout } from "./layout.ts";
import { declaredGroups, memberName } from "./redis/declaration.ts";

/** Where the local services of a stack are reached. Ports are 0 for what was never started. */
export interface LocalEndpoints {
  postgresPort: number;
  awsPort: number;
  edgePort: number;
  edgeTlsPort: number;
  mailPort: number;
  /** By the address that the declared resource has: `host` of the primary endpoint. */
  redis: { id: string; host: string; port: number; tls: boolean; authToken: string | undefined }[];
  /** PEM file of the authority that signed all certificates. */
  authorityPath: string;
}

export function localEndpoints(layout: Layout): LocalEndpoints {
  const ports: Record<string, number> = JSON.parse(readIfPresent(layout.ports) ?? "{}");
  return {
    postgresPort: ports.postgres ?? 0,
    awsPort: ports.aws ?? 0,
    edgePort: ports.edge ?? 0,
    edgeTlsPort: ports["edge.tls"] ?? 0,
    mailPort: ports.mail ?? 0,
    redis: declaredGroups(layout).map(({ id, endpoint, tls, authToken }) => ({
      id,
      host: endpoint,
      port: ports[memberName(id, 1)] ?? 0,
      tls,
      authToken,
    })),
    authorityPath: `${layout.authority}/authority.pem`,
  };
}
