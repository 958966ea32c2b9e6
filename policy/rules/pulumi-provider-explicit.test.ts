import { describeRule, judge, resource } from "../testing.ts";
import { pulumiProviderExplicit } from "./pulumi-provider-explicit.ts";

const provider = (name: string) => ({ provider: { type: "pulumi:providers:aws", urn: "urn:p", name, props: {} } });

describeRule(pulumiProviderExplicit, {
  compliant: resource("aws:s3/bucket:Bucket", "pictures", {}, provider("main")),
  mutations: {
    "refuses a default provider": { extra: provider("default"), says: "uses the default provider default" },
    "refuses a default provider with its version": {
      extra: provider("default_7_48_0"),
      says: "uses the default provider default_7_48_0",
    },
    "accepts a name that only begins so": { extra: provider("defaults"), says: [] },
    "leaves packages alone that reach no account": {
      add: [resource("random:index/randomPassword:RandomPassword", "password", {}, provider("default_4_21_2"))],
      says: [],
    },
    "says nothing where the engine tells no provider": { extra: { provider: undefined } as object, says: [] },
  },
  unknown: [],
  elsewhere: { development: "advisory", staging: "mandatory" },
});

test("no property decides it, so none can leave it undecided", () => {
  const unknown = resource(
    "aws:s3/bucket:Bucket",
    "b",
    { bucket: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
    provider("main"),
  );
  expect(judge(pulumiProviderExplicit, [unknown])).toEqual([]);
});
