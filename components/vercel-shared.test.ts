import * as pulumi from "@pulumi/pulumi";
import { edgeOutputs } from "../testing/edge-outputs.ts";
import { record } from "../testing/mocks.ts";
import { VercelFlags } from "./vercel-flags.ts";
import { VercelLogDrain, type VercelLogDrainArgs } from "./vercel-log-drain.ts";

const drain: VercelLogDrainArgs = {
  endpoint: "https://logs.thorbis.com/vercel",
  secret: "sentinel-of-thirty-two-characters",
  headers: { "DD-API-KEY": "sentinel" },
  projectIds: ["prj_site"],
};

test("keeps each flag as one item and gives each reader a token of its own", async () => {
  const strings: pulumi.Output<string>[] = [];
  const recording = await record(
    () => {
      const flags = new VercelFlags("flags", {
        storeName: "thorbis-test",
        flags: { "ai-assistant": { enabled: true, percent: 25 } },
        readers: ["site", "hs"],
      });
      strings.push(...Object.values(flags.connectionStrings));
    },
    { types: edgeOutputs },
  );
  const item = recording.only("vercel:index/edgeConfigItem:EdgeConfigItem");
  expect(item.inputs).toMatchObject({ key: "ai-assistant", value: '{"enabled":true,"percent":25}' });
  expect(item.deleteBeforeReplace).toBe(true);
  expect(recording.ofType("vercel:index/edgeConfigToken:EdgeConfigToken")).toHaveLength(2);
  expect(await Promise.all(strings.map((value) => pulumi.isSecret(value)))).toEqual([true, true]);
});

test("refuses a store name that Vercel refuses", () => {
  const args = { storeName: "a".repeat(33), flags: {}, readers: [] };
  expect(() => new VercelFlags("flags", args)).toThrow(/flags\.storeName/);
});

test("sends logs with a sealed secret and sealed headers, for the named projects only", async () => {
  const recording = await record(() => void new VercelLogDrain("logs", drain), { types: edgeOutputs });
  const { inputs, secrets } = recording.only("vercel:index/logDrain:LogDrain");
  expect(secrets).toEqual(expect.arrayContaining(["secret", "headers"]));
  expect(inputs).toMatchObject({ environments: ["production"], projectIds: ["prj_site"], deliveryFormat: "ndjson" });
});

test.each([
  ["plain http", { endpoint: "http://logs.thorbis.com" }, /endpoint/],
  ["every project of the team", { projectIds: [] }, /projectIds: names no project/],
  ["six headers", { headers: { a: "1", b: "1", c: "1", d: "1", e: "1", f: "1" } }, /more than five/],
] as const)("refuses a drain with %s", (_, changes, message) => {
  expect(() => new VercelLogDrain("logs", { ...drain, ...changes })).toThrow(message);
});
