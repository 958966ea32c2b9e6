import type { ResourceState } from "../state/resource.ts";
import { normalizedReferences, withProviderOutputs } from "./snapshot.ts";

const thing = (name: string, more: Partial<ResourceState> = {}): ResourceState => ({
  urn: `urn:pulumi:s::p::test:index:Thing::${name}`,
  type: "test:index:Thing",
  custom: true,
  ...more,
});

const [former, present, other] = [thing("a").urn, thing("z").urn, thing("c").urn];

it("lists properties without dependencies no longer, once one of the others follows a rename", () => {
  const renamed = thing("z", { aliases: [former] });
  const user = thing("b", { propertyDependencies: { from: [former, other], plain: [] } });
  expect(normalizedReferences([renamed, user])[1]?.propertyDependencies).toEqual({ from: [present, other] });
});

it("leaves the properties of a resource alone that needs nothing renamed", () => {
  const renamed = thing("z", { aliases: [former] });
  const user = thing("b", { propertyDependencies: { from: [other], plain: [] } });
  expect(normalizedReferences([renamed, user])[1]?.propertyDependencies).toEqual({ from: [other], plain: [] });
});

describe("a provider of a state", () => {
  const provider = (more: Partial<ResourceState>) =>
    withProviderOutputs([
      { urn: "urn:pulumi:s::p::pulumi:providers:test::p", type: "pulumi:providers:test", custom: true, ...more },
    ]);

  it("has its configuration for outputs when it has none", () => {
    expect(provider({ inputs: { version: "1.0.0", __internal: {} } })[0]?.outputs).toEqual({ version: "1.0.0" });
  });

  it("keeps the outputs that it has", () => {
    const outputs = { region: "x" };
    expect(provider({ inputs: { region: "y" }, outputs })[0]?.outputs).toBe(outputs);
  });

  it("stays without outputs when nothing configures it", () => {
    expect(provider({ inputs: { __internal: {} } })[0]?.outputs).toBeUndefined();
  });
});
