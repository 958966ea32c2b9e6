import type { Goal } from "../deployment/goal.ts";
import { deniedPackage } from "../deployment/provider-registry.ts";
import { secret } from "../values.ts";
import { DefaultProviders, defaultProviderName } from "./default-providers.ts";

const wish = { package: "aws", version: "7.48.0", pluginDownloadURL: undefined };

function registry(config: ConstructorParameters<typeof DefaultProviders>[0] = {}) {
  const goals: Goal[] = [];
  const providers = new DefaultProviders(
    config,
    () => ({ version: undefined, pluginDownloadURL: undefined }),
    async (goal) => {
      goals.push(goal);
      return { urn: `urn:pulumi:s::p::${goal.type}::${goal.name}`, custom: true, type: goal.type, id: "id" };
    },
  );
  return { goals, providers };
}

it("names a provider by its version and the place of its plugin", () => {
  expect(defaultProviderName({ ...wish, version: undefined })).toBe("default");
  expect(defaultProviderName(wish)).toBe("default_7_48_0");
  const pluginDownloadURL = "github://api.github.com/pulumiverse";
  expect(defaultProviderName({ package: "vercel", version: "5.4.1", pluginDownloadURL })).toBe(
    "default_5_4_1_github_/api.github.com/pulumiverse",
  );
});

it("registers one provider for all who wish the same", async () => {
  const { goals, providers } = registry();
  const references = await Promise.all([providers.reference(wish), providers.reference(wish)]);
  expect(goals).toHaveLength(1);
  expect(references[0]).toBe(references[1]);
});

it("configures it from the package's settings, secrets as secrets", async () => {
  const { goals, providers } = registry({
    "aws:region": { value: "eu-central-1", secret: false },
    "aws:token": { value: "t", secret: true },
    "other:region": { value: "us", secret: false },
  });
  await providers.reference(wish);
  expect(goals[0]?.inputs).toEqual({
    region: "eu-central-1",
    token: secret("t"),
    version: "7.48.0",
    __internal: {},
  });
});

it("makes none for a package whose default provider is switched off", async () => {
  const { goals, providers } = registry({
    "pulumi:disable-default-providers": { value: '["aws"]', secret: false },
  });
  expect(deniedPackage(await providers.reference(wish))).toBe("aws");
  expect(deniedPackage(await providers.reference({ ...wish, package: "vercel" }))).toBeUndefined();
  expect(goals).toHaveLength(1);
});

it("refuses dynamic providers in the name of the Pulumi CLI", () => {
  const { providers } = registry();
  expect(() => providers.reference({ ...wish, package: "pulumi-nodejs" })).toThrow(/dynamic providers.*Pulumi CLI/);
});
