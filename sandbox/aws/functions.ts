/** The functions (invokes) of the AWS package. */
import { createHash } from "node:crypto";
import { isMap, type PropertyMap, type PropertyValue } from "../../engine/values.ts";
import type { InvokeFunction } from "../package.ts";
import { shortRegion } from "./common.ts";
import { partitionOf } from "./regions.ts";

const regionOf = (args: PropertyMap, fallback: string): string =>
  typeof args.region === "string" ? args.region : fallback;

const getCallerIdentity: InvokeFunction = (_, { account }) => ({
  result: {
    accountId: account,
    arn: `arn:aws:iam::${account}:user/sandbox`,
    id: account,
    userId: "AIDASANDBOXSANDBOX000",
  },
});

const getRegion: InvokeFunction = (args, place) => {
  const region = regionOf(args, place.region);
  return {
    result: {
      description: region,
      endpoint: `ec2.${region}.${partitionOf(region).dnsSuffix}`,
      id: region,
      name: region,
      region,
    },
  };
};

const getPartition: InvokeFunction = (_, { region }) => {
  const { id, dnsSuffix } = partitionOf(region);
  return { result: { dnsSuffix, id, partition: id, reverseDnsPrefix: dnsSuffix.split(".").reverse().join(".") } };
};

const getAvailabilityZones: InvokeFunction = (args, place) => {
  const region = regionOf(args, place.region);
  const letters = ["a", "b", "c"];
  return {
    result: {
      groupNames: [`${region}-zg-1`],
      id: region,
      names: letters.map((letter) => `${region}${letter}`),
      region,
      zoneIds: letters.map((_, index) => `${shortRegion(region)}-az${index + 1}`),
    },
  };
};

const getDefaultTags: InvokeFunction = (_, { defaultTags }) => ({ result: { id: "", tags: defaultTags } });

const list = (value: PropertyValue | undefined): PropertyValue[] => (Array.isArray(value) ? value : []);
const maps = (value: PropertyValue | undefined): PropertyMap[] => list(value).filter(isMap);

/** One value stands alone, several stand in a list, as the provider writes policies. */
function oneOrSorted(values: PropertyValue[]): PropertyValue {
  return values.length === 1 ? (values[0] ?? null) : [...values].sort().reverse();
}

function principals(value: PropertyValue | undefined): PropertyValue | undefined {
  const given = maps(value);
  if (given.length === 0) return undefined;
  const everyone = given.length === 1 && given[0]?.type === "*" && list(given[0].identifiers)[0] === "*";
  if (everyone) return "*";
  return Object.fromEntries(given.map(({ type, identifiers }) => [String(type), oneOrSorted(list(identifiers))]));
}

function conditions(value: PropertyValue | undefined): PropertyMap | undefined {
  const given = maps(value);
  if (given.length === 0) return undefined;
  const tests: Record<string, PropertyMap> = {};
  for (const { test, variable, values } of given) {
    const variables = tests[String(test)] ?? {};
    variables[String(variable)] = oneOrSorted(list(values));
    tests[String(test)] = variables;
  }
  return tests;
}

function statement(given: PropertyMap): PropertyMap {
  const parts: Record<string, PropertyValue | undefined> = {
    Sid: given.sid ?? undefined,
    Effect: given.effect ?? "Allow",
    Action: given.actions === undefined ? undefined : oneOrSorted(list(given.actions)),
    NotAction: given.notActions === undefined ? undefined : oneOrSorted(list(given.notActions)),
    Resource: given.resources === undefined ? undefined : oneOrSorted(list(given.resources)),
    NotResource: given.notResources === undefined ? undefined : oneOrSorted(list(given.notResources)),
    Principal: principals(given.principals),
    NotPrincipal: principals(given.notPrincipals),
    Condition: conditions(given.conditions),
  };
  return Object.fromEntries(
    Object.entries(parts).filter((part): part is [string, PropertyValue] => part[1] !== undefined),
  );
}

const getPolicyDocument: InvokeFunction = (args) => {
  const version = typeof args.version === "string" ? args.version : "2012-10-17";
  const document = {
    Version: version,
    ...(typeof args.policyId === "string" ? { Id: args.policyId } : {}),
    Statement: maps(args.statements).map(statement),
  };
  const json = JSON.stringify(document, null, 2);
  return {
    result: { ...args, version, id: String(checksum(json)), json, minifiedJson: JSON.stringify(document) },
  };
};

/** The provider's ids of documents are checksums of 32 bits. */
function checksum(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0);
}

const secretVersionType = "aws:secretsmanager/secretVersion:SecretVersion";

/** The current version that the program declared, or what AWS made and keeps itself, such as a master password. */
const getSecretVersion: InvokeFunction = (args, { region }, world) => {
  const secretId = String(args.secretId);
  const declared = world
    .list()
    .findLast(({ type, inputs }) => type === secretVersionType && inputs.secretId === secretId);
  if (declared === undefined && !secretId.includes(":secret:rds!")) {
    throw new Error(`reading Secrets Manager Secret Version (${secretId}): couldn't find resource`);
  }
  const digest = createHash("sha256").update(secretId).digest("hex");
  const versionId = declared?.outputs.versionId ?? `terraform-${digest.slice(0, 26)}`;
  // The same for the same secret, so that a run changes nothing.
  const managed = JSON.stringify({ username: "sandbox", password: `sandbox-${digest.slice(0, 24)}` });
  return {
    result: {
      arn: secretId,
      createdDate: "2026-01-01T00:00:00Z",
      id: `${secretId}|${String(versionId)}`,
      region: regionOf(args, region),
      secretBinary: declared?.outputs.secretBinary ?? "",
      secretId,
      secretString: declared === undefined ? managed : (declared.outputs.secretString ?? ""),
      versionId,
      versionStages: declared?.outputs.versionStages ?? ["AWSCURRENT"],
    },
  };
};

export const functions: Readonly<Record<string, InvokeFunction>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
  "aws:index/getRegion:getRegion": getRegion,
  "aws:index/getPartition:getPartition": getPartition,
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
  "aws:index/getDefaultTags:getDefaultTags": getDefaultTags,
  "aws:iam/getPolicyDocument:getPolicyDocument": getPolicyDocument,
  "aws:secretsmanager/getSecretVersion:getSecretVersion": getSecretVersion,
};
