import { describeRule, resource } from "../testing.ts";
import { pulumiProviderExplicit } from "./pulumi-provider-explicit.ts";

const provider = (name: string) => ({ provider: { type: "pulumi:providers:aws", urn: "urn:p", name, props: {} } });

describeRule(pulumiProviderExplicit, {
  compliant: resource("aws:s3/bucket:Bucket", "pictures", { bucket: "shop-pictures" }, provider("main")),
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
    "says nothing where the engine tells no provider": {
      extra: { provider: undefined } as object,
      missing: true,
      says: [],
    },
  },
  unknown: "changes nothing",
  elsewhere: { development: "advisory", staging: "advisory" },
});
