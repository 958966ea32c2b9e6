/**
 * The seam to `@pulumi/policy`: everything that reaches into the SDK is in this file. `new PolicyPack(…)` ends in
 * `serve` of the SDK's `server.js`, which loads gRPC and half of `@pulumi/pulumi` to hear questions over a socket. That
 * one module is replaced; the pack, and the SDK's classes, helpers and proxies, are the unmodified ones.
 */
import { createRequire, Module } from "node:module";
import type { EnforcementLevel, Policy, PolicyPackArgs, PolicyPackConfig } from "@pulumi/policy";

/** Whose `server.js` the evaluation here agrees with. Another version is asked over gRPC. */
const knownVersion = /^1\.21\./;

export type Serve = (
  name: string,
  version: string,
  level: EnforcementLevel,
  pack: PolicyPackArgs,
  initial?: PolicyPackConfig,
) => void;

export interface Sdk {
  isResourcePolicy(policy: Policy): boolean;
  isStackPolicy(policy: Policy): boolean;
  /** The type that one of the SDK's helpers left on a function or a class. */
  getPulumiType(value: unknown): string | undefined;
  Secret: new (value: unknown) => { value: unknown };
  UnknownValueError: new (...given: never[]) => Error;
  /** Throws when an unknown value is read. */
  unknownCheckingProxy<T>(value: T): T;
  /** Shows a secret's value, and keeps secret what is written in its place. */
  secretsPreservingProxy<T>(value: T): T;
  isSpecialProxy: string;
  getSpecialProxyTarget: string;
  /** `@pulumi/pulumi`'s assets and archives; loaded when a resource has one. */
  assets(): AssetClasses;
  /** Positions in stack traces as the reference start shows them: in the sources of compiled rules. */
  mapStackTraces(): void;
}

type AssetClass = new (given: unknown) => object;

export type AssetClasses = Record<
  "Asset" | "FileAsset" | "StringAsset" | "RemoteAsset" | "Archive" | "AssetArchive" | "FileArchive" | "RemoteArchive",
  AssetClass
>;

/** Takes the place of the SDK's server in this process. Errors when the pack has no SDK of a known version. */
export function interceptSdk(directory: string, serve: Serve): Sdk {
  const require = createRequire(`${directory}/package.json`);
  const { version } = require("@pulumi/policy/version.js") as { version: string };
  if (!knownVersion.test(version)) throw new Error(`@pulumi/policy ${version} is asked over gRPC`);
  const file = require.resolve("@pulumi/policy/server.js");
  const server = new Module(file);
  server.exports = { serve };
  server.loaded = true;
  require.cache[file] = server;
  const own = createRequire(file);
  return {
    ...require("@pulumi/policy/policy.js"),
    ...require("@pulumi/policy/proxy.js"),
    ...require("@pulumi/policy/secret.js"),
    assets: () => own("@pulumi/pulumi/asset/index.js"),
    mapStackTraces: () => {
      createRequire(own.resolve("@pulumi/pulumi/package.json"))("source-map-support/register");
    },
  };
}
