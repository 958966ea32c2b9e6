import * as pulumi from "@pulumi/pulumi";
import { edgeOutputs } from "../testing/edge-outputs.ts";
import { type Recording, record } from "../testing/mocks.ts";
import { type Draft, set, stackFile } from "../testing/stack-files.ts";
import { readConfiguration } from "./configuration.ts";
import { declarePlatform } from "./platform.ts";

/** The program as index.ts runs it, on strict mocks. */
function preview(stack: string, config: Draft, preview = true): Promise<Recording> {
  const text = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return record(
    () => {
      pulumi.runtime.setAllConfig(Object.fromEntries(text), ["thorbis:secrets"]);
      declarePlatform(readConfiguration());
    },
    { preview, stack, types: edgeOutputs },
  );
}

/** A fourth environment: staging's decisions under another name. */
function demo(): Draft {
  const config = stackFile("staging");
  const environment = JSON.stringify(config["thorbis:environment"]).replaceAll(
    "staging.thorbis.com",
    "demo.thorbis.com",
  );
  return { ...config, "thorbis:environment": set(JSON.parse(environment), "name", "demo") };
}

test("a fourth environment is previewed from its file alone", async () => {
  const { resources } = await preview("demo", demo());
  expect(resources.length).toBeGreaterThan(800);
  const bucket = resources.find(({ type, name }) => type === "aws:s3/bucket:Bucket" && name === "backups-primary");
  expect(bucket?.inputs).toMatchObject({ bucket: "thorbis-demo-backups", tags: { Environment: "demo" } });
  // Nothing of it is called after the environment it was copied from.
  const named = resources.filter(({ name }) => name.includes("staging"));
  expect(named.map(({ name }) => name)).toEqual([]);
});

test("a wrong stack file registers nothing at all", async () => {
  const config = demo();
  set(config["thorbis:environment"] as Draft, "database.poolSize", "many");
  const seen: string[] = [];
  const types = new Proxy(edgeOutputs, { get: (_, type) => void seen.push(String(type)) });
  const refused = record(
    () => {
      pulumi.runtime.setAllConfig({ "thorbis:environment": JSON.stringify(config["thorbis:environment"]) });
      declarePlatform(readConfiguration());
    },
    { preview: true, stack: "demo", types },
  );
  await expect(refused).rejects.toThrow(/environment\.database\.poolSize: must be a/);
  expect(seen).toEqual([]);
});

test("an apply without its secrets registers nothing and names them all", async () => {
  await expect(preview("demo", demo(), false)).rejects.toThrow(
    /secrets\.SUPABASE_SERVICE_ROLE_KEY[\s\S]*secrets\.STRIPE_SECRET_KEY[\s\S]*secrets\.SMTP_PASSWORD/,
  );
});

test("a supplied secret arrives in an envelope wherever it goes", async () => {
  const sentinel = "sk_test_sentinel_0123456789";
  const { resources } = await preview("demo", { ...demo(), "thorbis:secrets": { STRIPE_SECRET_KEY: sentinel } });
  const holding = resources.filter(({ inputs }) => JSON.stringify(inputs).includes(sentinel));
  expect(holding.map(({ name }) => name)).toEqual(
    ["auto", "hs", "rest", "ret"].map((app) => `${app}-STRIPE_SECRET_KEY`),
  );
  expect(holding.every(({ secrets }) => secrets.includes("value"))).toBe(true);
});
