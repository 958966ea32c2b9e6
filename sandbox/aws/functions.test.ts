import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PropertyMap } from "../../engine/values.ts";
import { World } from "../world.ts";
import { functions } from "./functions.ts";

const place = { account: "000000000000", region: "eu-west-1", team: "", defaultTags: { team: "platform" } };
let directory: string;
let world: World;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "functions-"));
  world = new World(directory);
});
afterEach(() => {
  world.close();
  rmSync(directory, { recursive: true });
});

function call(token: string, args: PropertyMap = {}): PropertyMap {
  const found = functions[token];
  if (found === undefined) throw new Error(`no such function: ${token}`);
  return found(args, place, world).result;
}

test("who and where the provider is", () => {
  expect(call("aws:index/getCallerIdentity:getCallerIdentity").accountId).toBe("000000000000");
  expect(call("aws:index/getRegion:getRegion").region).toBe("eu-west-1");
  expect(call("aws:index/getRegion:getRegion", { region: "us-west-2" }).endpoint).toBe("ec2.us-west-2.amazonaws.com");
  expect(call("aws:index/getPartition:getPartition")).toMatchObject({ partition: "aws", dnsSuffix: "amazonaws.com" });
  expect(call("aws:index/getAvailabilityZones:getAvailabilityZones")).toMatchObject({
    names: ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    zoneIds: ["euw1-az1", "euw1-az2", "euw1-az3"],
  });
  expect(call("aws:index/getDefaultTags:getDefaultTags").tags).toEqual({ team: "platform" });
});

test("a policy document is written as the provider writes it: one value alone, several in descending order", () => {
  const { json, minifiedJson } = call("aws:iam/getPolicyDocument:getPolicyDocument", {
    statements: [
      {
        sid: "Read",
        actions: ["s3:GetObject", "s3:ListBucket"],
        resources: ["*"],
        principals: [{ type: "AWS", identifiers: ["arn:aws:iam::000000000000:root"] }],
        conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["true"] }],
      },
      { effect: "Deny", actions: ["s3:*"], resources: ["*"], principals: [{ type: "*", identifiers: ["*"] }] },
    ],
  });
  expect(JSON.parse(String(json))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Read",
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:GetObject"],
        Resource: "*",
        Principal: { AWS: "arn:aws:iam::000000000000:root" },
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      },
      { Effect: "Deny", Action: "s3:*", Resource: "*", Principal: "*" },
    ],
  });
  expect(JSON.parse(String(minifiedJson))).toEqual(JSON.parse(String(json)));
});

test("a secret's version is the declared one; a managed one stays the same; another is refused", () => {
  const token = "aws:secretsmanager/getSecretVersion:getSecretVersion";
  const secretId = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:app-abcdef";
  expect(() => call(token, { secretId })).toThrow("couldn't find resource");
  world.put({
    type: "aws:secretsmanager/secretVersion:SecretVersion",
    id: `${secretId}|one`,
    urn: "urn:one",
    inputs: { secretId },
    outputs: { secretString: "hidden", versionId: "one" },
    names: [],
  });
  expect(call(token, { secretId })).toMatchObject({ secretString: "hidden", versionId: "one" });
  const managed = { secretId: "arn:aws:secretsmanager:eu-west-1:000000000000:secret:rds!cluster-1-abcdef" };
  expect(call(token, managed)).toEqual(call(token, managed));
});
