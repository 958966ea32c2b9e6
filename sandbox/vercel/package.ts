/** The Vercel package: its services and the provider's own configuration. */
import type { CheckFailure } from "../../engine/provider.ts";
import type { PropertyMap } from "../../engine/values.ts";
import { parseProperty } from "../facts.ts";
import type { Package, Place } from "../package.ts";
import { sandboxTeam } from "./common.ts";

/** The types of each service: a token of Vercel does not tell. */
const services: Readonly<Record<string, readonly string[]>> = {
  access: ["accessGroup", "accessGroupMember", "accessGroupProject", "teamConfig", "teamMember", "userToken"],
  blob: ["blobObject", "blobProjectConnection", "blobStore"],
  deployments: ["deployment", "network", "vcrRepository"],
  domains: ["alias", "customCertificate", "dnsRecord", "projectDomain"],
  drains: ["logDrain", "traceDrain", "webhook"],
  edgeConfig: ["edgeConfig", "edgeConfigItem", "edgeConfigSchema", "edgeConfigToken"],
  firewall: ["attackChallengeMode", "firewallBypass", "firewallConfig"],
  flags: ["featureFlagConfig", "featureFlagDefinition", "featureFlagSdkKey", "featureFlagSegment"],
  projects: [
    "customEnvironment",
    "deploymentProtectionException",
    "integrationProjectAccess",
    "project",
    "projectCrons",
    "projectDeploymentRetention",
    "projectMembers",
    "projectProtectionBypass",
    "projectRollingRelease",
  ],
  routing: ["bulkRedirects", "microfrontendGroup", "microfrontendGroupMembership", "projectRoute"],
  variables: [
    "projectEnvironmentVariable",
    "projectEnvironmentVariables",
    "sharedEnvironmentVariable",
    "sharedEnvironmentVariableProjectLink",
  ],
};

const serviceOf = new Map(
  Object.entries(services).flatMap(([name, types]) => types.map((type) => [type, name] as const)),
);

function check({ apiToken }: PropertyMap): CheckFailure[] {
  if (typeof apiToken !== "string" || /^([A-Za-z0-9]{24}|vc[a-z]_[A-Za-z0-9]{20,})$/.test(apiToken)) return [];
  return [{ property: "apiToken", reason: "must be 24 alphanumeric characters, or begin with vcp_" }];
}

/** Whatever team is configured, what exists in the sandbox belongs to the sandbox's. */
function place({ team }: PropertyMap): Place {
  return { account: "", region: "", team: team === undefined ? "" : sandboxTeam, defaultTags: {} };
}

export const vercelPackage: Package = {
  name: "vercel",
  bridge: "framework",
  serviceOf: (token) => serviceOf.get(/^vercel:index\/([A-Za-z0-9]+):[A-Za-z0-9]+$/.exec(token)?.[1] ?? ""),
  services: {
    access: async () => (await import("./access.ts")).access,
    blob: async () => (await import("./blob.ts")).blob,
    deployments: async () => (await import("./deployments.ts")).deployments,
    domains: async () => (await import("./domains.ts")).domains,
    drains: async () => (await import("./drains.ts")).drains,
    edgeConfig: async () => (await import("./edgeConfig.ts")).edgeConfig,
    firewall: async () => (await import("./firewall.ts")).firewall,
    flags: async () => (await import("./flags.ts")).flags,
    projects: async () => (await import("./projects.ts")).projects,
    routing: async () => (await import("./routing.ts")).routing,
    variables: async () => (await import("./variables.ts")).variables,
  },
  configuration: {
    properties: new Map([
      ["apiToken", parseProperty("string secret")],
      ["team", parseProperty("string")],
    ]),
    check,
    place,
  },
  functions: {},
};
