import type { AnalyzedProvider, AnalyzedResource } from "../../analyzer.ts";
import { ARCHIVE, SIGNATURE, UNKNOWN } from "../../values.ts";
import { HeardResources } from "./heard-resources.ts";
import type { Known } from "./rule-arguments.ts";
import { ToldResources } from "./told-resources.ts";

const provider: AnalyzedProvider = {
  type: "pulumi:providers:aws",
  urn: "urn:pulumi:test::test::pulumi:providers:aws::main",
  name: "main",
  properties: { region: "eu-central-1" },
};
const none: string[] = [];
const options = {
  protect: true,
  ignoreChanges: none,
  additionalSecretOutputs: none,
  aliases: none,
  customTimeouts: {},
};
const asked: AnalyzedResource = {
  type: "aws:s3/bucket:Bucket",
  urn: "urn:pulumi:test::test::aws:s3/bucket:Bucket::logs",
  name: "logs",
  properties: { tags: { b: "1", a: "2" }, bucket: "logs", __defaults: ["acl"], acl: "private" },
  options,
  provider,
};
const inStack: AnalyzedResource = {
  ...asked,
  options: { ...options },
  properties: { tags: { b: "1", a: "3" }, bucket: "logs", arn: UNKNOWN, id: "logs" },
  parent: "urn:pulumi:test::test::pulumi:pulumi:Stack::test-test",
  dependencies: [provider.urn],
  propertyDependencies: { bucket: [provider.urn], tags: [] },
};

/** Both sides, with the crossing between them. */
function pair() {
  const heard = new HeardResources();
  const providers: AnalyzedProvider[] = [];
  const told = new ToldResources((each) => {
    providers.push(each);
    heard.provider(structuredClone(each));
  });
  return {
    providers,
    ask: (resource: AnalyzedResource, id: number) => heard.asked(id, structuredClone(told.ask(resource, id))),
    tell: (...resources: AnalyzedResource[]) => {
      const wired = structuredClone(told.tell(resources));
      return { wired, known: heard.told(wired) };
    },
    take: (...resources: AnalyzedResource[]) => heard.takeStack(told.takeNumbers(resources)),
  };
}

/** What rules can see of it, with the order of its keys. */
const seen = ({ complete, properties, propertyDependencies, resource: { properties: _, ...rest } }: WithProperties) =>
  JSON.stringify([complete, properties, propertyDependencies, Object.entries(rest).sort()]);
type WithProperties = Known & { resource: { properties?: unknown } };

describe("a resource of the stack that was asked about before", () => {
  it("is to the rules what it is when it is told as a whole", () => {
    const first = pair();
    const [whole] = first.tell({ ...inStack, propertyDependencies: { bucket: [provider.urn] } }).known;
    const second = pair();
    second.ask(asked, 1);
    const { known, wired } = second.tell(inStack);
    expect(wired).toMatchObject([{ asked: 1, gone: ["__defaults", "acl"] }]);
    expect(wired).not.toMatchObject([{ changed: { bucket: expect.anything() } }]);
    expect(known.map(seen)).toEqual([whole].flatMap((each) => (each ? [seen(each)] : [])));
  });

  it("has no value where its outputs say null", () => {
    const { ask, tell } = pair();
    ask(asked, 1);
    const { known } = tell({ ...inStack, properties: { ...inStack.properties, bucket: null } });
    expect(known).toMatchObject([{ properties: { bucket: null } }]);
  });

  it("is told as a whole when it has other options or another provider", () => {
    const { ask, tell } = pair();
    ask(asked, 1);
    expect(tell({ ...inStack, options: { ...options, protect: false } }).wired).toMatchObject([{ urn: asked.urn }]);
    expect(tell({ ...inStack, provider: { ...provider, name: "other" } }).wired).toMatchObject([{ urn: asked.urn }]);
  });

  it("is read at once when an archive came with its outputs", () => {
    const { ask, tell } = pair();
    expect(ask(asked, 1).readAtOnce).toBe(false);
    const code = { [SIGNATURE]: ARCHIVE, path: "./missing" };
    expect(tell({ ...inStack, properties: { ...inStack.properties, code } }).known).toMatchObject([
      { readAtOnce: true },
    ]);
  });

  it("crosses once with its provider, and the next stack begins anew", () => {
    const { ask, providers, take, tell } = pair();
    const other = { ...asked, urn: `${asked.urn}-2` };
    ask(asked, 1);
    ask(other, 2);
    tell(other, inStack);
    expect(providers).toEqual([provider]);
    expect(take(inStack, other).map(({ resource }) => resource.urn)).toEqual([inStack.urn, other.urn]);
    expect(tell(inStack).wired).toMatchObject([{ urn: asked.urn, provider: 0 }]);
    expect(take(inStack).map(({ resource }) => resource.provider)).toEqual([provider]);
  });
});
