import { describeRule, resource } from "../testing.ts";
import { UNKNOWN } from "../unknown.ts";
import { pulumiOutputsPlainSecret } from "./pulumi-outputs-plain-secret.ts";

describeRule(pulumiOutputsPlainSecret, {
  compliant: resource(
    "pulumi:pulumi:Stack",
    "shop-production",
    { url: "https://shop.test", databaseUrl: `postgres://a:${"b1c2d3e4"}@db` },
    {
      secrets: new Set(["databaseUrl"]),
    },
  ),
  mutations: {
    "accepts a stack without that output": { set: { url: undefined }, says: [] },
    "refuses a secret that is not one": {
      extra: { secrets: new Set() },
      says: "output databaseUrl holds a password in an address and is not secret",
    },
    "refuses a secret deep inside": {
      set: { apps: [{ token: "9f8Xk2Lq0Zr7Tb4Vn1" }] },
      says: "output apps[0].token holds a random value under the name token and is not secret",
    },
    "is undecided when the engine did not tell what is secret": {
      extra: { secrets: undefined } as object,
      says: "unknown: databaseUrl.secrecy is not known before the apply, so this rule is judged again after it",
    },
    "leaves ids of resources alone that are not known yet": {
      set: { backupRoles: UNKNOWN, topicArn: UNKNOWN },
      says: [],
    },
    "takes a secret that is not known yet for a secret": { set: { databaseUrl: UNKNOWN }, says: [] },
    "leaves an allowed output alone": {
      extra: { secrets: new Set() },
      settings: { allowed: ["databaseUrl"] },
      says: [],
    },
  },
  unknown: ["url"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
