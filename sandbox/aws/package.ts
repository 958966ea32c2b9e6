/** The AWS package: its services and the provider's own configuration. */
import type { CheckFailure } from "../../engine/provider.ts";
import { isMap, type PropertyMap } from "../../engine/values.ts";
import { type PropertyNotation, parseProperty } from "../facts.ts";
import type { Package, Place } from "../package.ts";
import { functions } from "./functions.ts";
import { isRegion } from "./regions.ts";

/** No real account has this id; everything that the sandbox names carries it. */
export const sandboxAccount = "000000000000";
const defaultRegion = "us-east-1";

const properties: Record<string, PropertyNotation> = {
  accessKey: "string",
  allowedAccountIds: "list<string>",
  assumeRoleWithWebIdentity: "object",
  assumeRoles: "list",
  customCaBundle: "string",
  defaultTags: "object",
  ec2MetadataServiceEndpoint: "string",
  ec2MetadataServiceEndpointMode: "string",
  endpoints: "list",
  forbiddenAccountIds: "list<string>",
  httpProxy: "string",
  httpsProxy: "string",
  ignoreTags: "object",
  insecure: "boolean",
  maxRetries: "integer",
  noProxy: "string",
  profile: "string",
  region: "string",
  retryMode: "string",
  s3UsEast1RegionalEndpoint: "string",
  s3UsePathStyle: "boolean",
  secretKey: "string",
  sharedConfigFiles: "list<string>",
  sharedCredentialsFiles: "list<string>",
  skipCredentialsValidation: "boolean",
  skipMetadataApiCheck: "boolean",
  skipRegionValidation: "boolean",
  skipRequestingAccountId: "boolean",
  stsRegion: "string",
  tagPolicyCompliance: "string",
  token: "string",
  tokenBucketRateLimiterCapacity: "integer",
  useDualstackEndpoint: "boolean",
  useFipsEndpoint: "boolean",
  userAgents: "list<string>",
};

function ids(inputs: PropertyMap, property: string): string[] {
  const found = inputs[property];
  return Array.isArray(found) ? found.filter((id) => typeof id === "string") : [];
}

/** Ids of the sandbox's accounts begin with eight zeros. */
const isSandboxAccount = (id: string): boolean => /^0{8}\d{4}$/.test(id);

/**
 * A program that names the account it may change names a real one for a real stack. The sandbox then stands in for that
 * account under its own id; between accounts of its own it holds to the list, as the provider does.
 */
function account(inputs: PropertyMap): string {
  return ids(inputs, "allowedAccountIds").find(isSandboxAccount) ?? sandboxAccount;
}

function place(inputs: PropertyMap): Place {
  const { region, defaultTags } = inputs;
  return {
    account: account(inputs),
    region: typeof region === "string" ? region : defaultRegion,
    team: "",
    defaultTags: isMap(defaultTags) && isMap(defaultTags.tags) ? defaultTags.tags : {},
  };
}

function check(inputs: PropertyMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const { region } = inputs;
  if (typeof region === "string" && inputs.skipRegionValidation !== true && !isRegion(region)) {
    failures.push({ property: "region", reason: `invalid AWS Region: ${region}` });
  }
  const allowed = ids(inputs, "allowedAccountIds");
  const forbidden = ids(inputs, "forbiddenAccountIds");
  if (allowed.length > 0 && forbidden.length > 0) {
    failures.push({ property: "allowedAccountIds", reason: "conflicts with forbiddenAccountIds" });
  }
  for (const id of [...allowed, ...forbidden]) {
    if (!/^\d{12}$/.test(id)) failures.push({ property: "allowedAccountIds", reason: `not an AWS account id: ${id}` });
  }
  if (forbidden.includes(account(inputs))) {
    failures.push({ property: "forbiddenAccountIds", reason: `AWS account ID not allowed: ${account(inputs)}` });
  }
  return failures;
}

export const awsPackage: Package = {
  name: "aws",
  bridge: "sdk",
  serviceOf: (token) => /^aws:([a-z0-9]+)\/[A-Za-z0-9]+:[A-Za-z0-9]+$/.exec(token)?.[1],
  services: {
    acm: async () => (await import("./acm.ts")).acm,
    appautoscaling: async () => (await import("./appautoscaling.ts")).appautoscaling,
    backup: async () => (await import("./backup.ts")).backup,
    budgets: async () => (await import("./budgets.ts")).budgets,
    chatbot: async () => (await import("./chatbot.ts")).chatbot,
    cloudtrail: async () => (await import("./cloudtrail.ts")).cloudtrail,
    cloudwatch: async () => (await import("./cloudwatch.ts")).cloudwatch,
    costexplorer: async () => (await import("./costexplorer.ts")).costexplorer,
    ec2: async () => (await import("./ec2.ts")).ec2,
    ecr: async () => (await import("./ecr.ts")).ecr,
    ecs: async () => (await import("./ecs.ts")).ecs,
    elasticache: async () => (await import("./elasticache.ts")).elasticache,
    guardduty: async () => (await import("./guardduty.ts")).guardduty,
    iam: async () => (await import("./iam.ts")).iam,
    kms: async () => (await import("./kms.ts")).kms,
    lambda: async () => (await import("./lambda.ts")).lambda,
    lb: async () => (await import("./lb.ts")).lb,
    rds: async () => (await import("./rds.ts")).rds,
    route53: async () => (await import("./route53.ts")).route53,
    s3: async () => (await import("./s3.ts")).s3,
    scheduler: async () => (await import("./scheduler.ts")).scheduler,
    secretsmanager: async () => (await import("./secretsmanager.ts")).secretsmanager,
    ses: async () => (await import("./ses.ts")).ses,
    sesv2: async () => (await import("./sesv2.ts")).sesv2,
    sns: async () => (await import("./sns.ts")).sns,
    sqs: async () => (await import("./sqs.ts")).sqs,
    ssm: async () => (await import("./ssm.ts")).ssm,
    synthetics: async () => (await import("./synthetics.ts")).synthetics,
    vpc: async () => (await import("./vpc.ts")).vpc,
    wafv2: async () => (await import("./wafv2.ts")).wafv2,
  },
  configuration: {
    properties: new Map(Object.entries(properties).map(([name, written]) => [name, parseProperty(written)])),
    check,
    place,
  },
  functions,
};
