import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PropertyMap, type PropertyValue, UNKNOWN } from "../../engine/values.ts";
import { awsPackage } from "../../sandbox/aws/package.ts";
import { type Package, TypeTable } from "../../sandbox/package.ts";
import { postgresqlPackage } from "../../sandbox/postgresql/package.ts";
import { randomPackage } from "../../sandbox/random/package.ts";
import { checkObject } from "../../sandbox/structure.ts";
import { vercelPackage } from "../../sandbox/vercel/package.ts";
import { stackNames } from "../stack-files.ts";
import type { GoldenGraph } from "./golden.ts";

/**
 * The golden graphs against what is known of the providers' types (`sandbox/<package>/*.json`, made of the providers'
 * own schemas): without a run, so that a graph that somebody wrote by hand is judged as well.
 */
const packages: readonly Package[] = [awsPackage, vercelPackage, postgresqlPackage, randomPackage];
const tables = new Map(packages.map((definition) => [definition.name, new TypeTable(definition)]));

const graphOf = (stack: string): GoldenGraph =>
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "stacks", "__golden__", `${stack}.json`), "utf8"));

/** What a graph does not show may be anything. */
function withUnknowns(value: unknown): PropertyValue {
  if (value === "[secret]" || value === "[unknown]") return UNKNOWN;
  if (Array.isArray(value)) return value.map(withUnknowns);
  if (typeof value !== "object" || value === null) return value as PropertyValue;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withUnknowns(part)]));
}

/** What is wrong with a resource's inputs, each with its path. */
async function faultsOf(token: string, inputs: unknown): Promise<string[]> {
  const table = tables.get(token.split(":")[0] ?? "");
  if (table === undefined) return [`${token} is of no known package`];
  const type = await table.find(token);
  if (typeof type === "string") return [type];
  const faults: string[] = [];
  const given = withUnknowns(inputs) as PropertyMap;
  checkObject(type.facts.inputs, given, "", false, (path, reason) => void faults.push(`${path}: ${reason}`), type.file);
  for (const [name, { required }] of type.facts.inputs)
    if (required && !(name in given)) faults.push(`${name}: is missing`);
  return faults;
}

test.each(stackNames)("every input of %s is one that its provider knows, of the right kind", async (stack) => {
  const faults: string[] = [];
  let judged = 0;
  for (const [name, { inputs }] of Object.entries(graphOf(stack))) {
    const [token = ""] = name.split("::");
    if (/^(?:thorbis|pulumi):/.test(token)) continue;
    judged += 1;
    faults.push(...(await faultsOf(token, inputs)).map((fault) => `${name} ${fault}`));
  }
  expect(faults).toEqual([]);
  expect(judged).toBeGreaterThan(400);
});

test.each([
  ["a misspelt input", "aws:sns/topic:Topic", { nmae: "x" }, /^nmae: /],
  ["a text for a group", "aws:scheduler/schedule:Schedule", { flexibleTimeWindow: "OFF" }, /^flexibleTimeWindow: /],
  ["a value outside the provider's list", "aws:scheduler/schedule:Schedule", { state: "PAUSED" }, /^state: /],
  [
    "a misspelt part of an input",
    "aws:s3/bucketVersioning:BucketVersioning",
    { bucket: "b", versioningConfiguration: { state: "Enabled" } },
    /state/,
  ],
  ["a missing input", "vercel:index/projectCrons:ProjectCrons", { enabled: true }, /^projectId: is missing/],
  ["a type that nobody knows", "aws:wafv2/webAclAssociation:WebAclAssociation", {}, /does not know the type/],
] as const)("tells %s", async (_, token, inputs, fault) => {
  expect(await faultsOf(token, inputs)).toContainEqual(expect.stringMatching(fault));
});
