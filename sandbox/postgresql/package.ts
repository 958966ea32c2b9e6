/** The PostgreSQL package. Without a server behind it, its types exist in the sandbox's world only. */
import type { CheckFailure } from "../../engine/provider.ts";
import type { PropertyMap } from "../../engine/values.ts";
import { type PropertyNotation, parseProperty } from "../facts.ts";
import type { Package } from "../package.ts";

const properties: Record<string, PropertyNotation> = {
  awsRdsIamAuth: "boolean",
  awsRdsIamProfile: "string",
  awsRdsIamProviderRoleArn: "string",
  awsRdsIamRegion: "string",
  azureIdentityAuth: "boolean",
  azureTenantId: "string",
  clientcert: "object",
  connectTimeout: "integer",
  database: "string",
  databaseUsername: "string",
  expectedVersion: "string",
  gcpIamImpersonateServiceAccount: "string",
  host: "string",
  maxConnections: "integer",
  password: "string secret",
  port: "integer",
  scheme: "string",
  sslMode: "string",
  sslmode: "string",
  sslrootcert: "string",
  superuser: "boolean",
  username: "string",
};

const services: Readonly<Record<string, readonly string[]>> = {
  databases: ["database", "extension", "function", "schema", "securityLabel"],
  foreign: ["server", "userMapping"],
  grants: ["defaultPrivileg", "defaultPrivileges", "grant"],
  replication: ["physicalReplicationSlot", "publication", "replicationSlot", "subscription"],
  roles: ["grantRole", "role"],
};

const serviceOf = new Map(
  Object.entries(services).flatMap(([name, types]) => types.map((type) => [type, name] as const)),
);

const modes = new Set(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]);
const schemes = new Set(["postgres", "awspostgres", "gcppostgres", "azurepostgres"]);

function check({ sslmode, scheme, maxConnections }: PropertyMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (typeof sslmode === "string" && !modes.has(sslmode)) {
    failures.push({ property: "sslmode", reason: `expected one of ${[...modes].join(", ")}, got ${sslmode}` });
  }
  if (typeof scheme === "string" && !schemes.has(scheme)) {
    failures.push({ property: "scheme", reason: `expected one of ${[...schemes].join(", ")}, got ${scheme}` });
  }
  if (typeof maxConnections === "number" && maxConnections < -1) {
    failures.push({ property: "maxConnections", reason: "can not be less than -1" });
  }
  return failures;
}

export const postgresqlPackage: Package = {
  name: "postgresql",
  bridge: "sdk",
  serviceOf: (token) => serviceOf.get(/^postgresql:index\/([A-Za-z]+):[A-Za-z]+$/.exec(token)?.[1] ?? ""),
  services: {
    databases: async () => (await import("./types/databases.ts")).databases,
    foreign: async () => (await import("./types/foreign.ts")).foreign,
    grants: async () => (await import("./types/grants.ts")).grants,
    replication: async () => (await import("./types/replication.ts")).replication,
    roles: async () => (await import("./types/roles.ts")).roles,
  },
  configuration: {
    properties: new Map(Object.entries(properties).map(([name, written]) => [name, parseProperty(written)])),
    check,
    place: () => ({ account: "", region: "", team: "", defaultTags: {} }),
  },
  functions: {},
};
