import * as pulumi from "@pulumi/pulumi";
import { record } from "../testing/mocks.ts";
import { type Draft, set, stackFile } from "../testing/stack-files.ts";
import { readConfiguration } from "./configuration.ts";
import { declarePlatform } from "./platform.ts";

/** Runs the program as index.ts does, on mocks that note every type they are asked for. */
async function run(config: Draft, preview: boolean): Promise<{ failure: unknown; asked: readonly string[] }> {
  const text = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const asked: string[] = [];
  const types = new Proxy({}, { get: (_, type) => void asked.push(String(type)) });
  const program = () => {
    pulumi.runtime.setAllConfig(Object.fromEntries(text), ["thorbis:secrets"]);
    declarePlatform(readConfiguration());
  };
  const failure = await record(program, { preview, stack: "staging", types }).catch((error: unknown) => error);
  return { failure, asked };
}

test("a wrong stack file registers nothing at all, and ends with the code for wrong configuration", async () => {
  const config = stackFile("staging");
  set(config["thorbis:environment"] as Draft, "database.poolSize", "many");
  const { asked, failure } = await run(config, true);
  expect(failure).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^Pulumi\.staging\.yaml: 1 mistake\n {2}environment\.database\.poolSize: must be a/),
  });
  expect(asked).toEqual([]);
});

test("an apply without its secrets registers nothing and names them all at once", async () => {
  const { asked, failure } = await run(stackFile("staging"), false);
  expect(failure).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(
      /SUPABASE_SERVICE_ROLE_KEY[\s\S]*STRIPE_SECRET_KEY[\s\S]*SMTP_USER[\s\S]*SMTP_PASSWORD/,
    ),
  });
  expect(asked).toEqual([]);
});

test("a secret that stands in the stack file as plain text is refused without being repeated", async () => {
  const config = stackFile("staging");
  set(config["thorbis:environment"] as Draft, "variables.STRIPE_SECRET_KEY", "sk_test_sentinel_0123456789");
  const { asked, failure } = await run(config, true);
  expect(String(failure)).toContain("is secret, and a stack file is plain text");
  expect(String(failure)).not.toContain("sentinel");
  expect(asked).toEqual([]);
});
