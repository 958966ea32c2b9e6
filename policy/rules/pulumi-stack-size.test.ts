import { describeRule, resource } from "../testing.ts";
import { pulumiStackSize } from "./pulumi-stack-size.ts";

const bucket = (index: number) => resource("aws:s3/bucket:Bucket", `bucket-${index}`, { bucket: `shop-${index}` });

describeRule(pulumiStackSize, {
  compliant: [bucket(1), bucket(2), bucket(3)],
  settings: { maximum: 3 },
  mutations: {
    "refuses one more than the ceiling": { add: [bucket(4)], says: "has 4 resources, 3 is the ceiling" },
    "counts a resource without properties": {
      add: [resource("aws:sns/topic:Topic", "topic", {})],
      missing: true,
      says: "has 4 resources, 3 is the ceiling",
    },
    "does not count components and providers": {
      add: [resource("shop:web:App", "app", {}), resource("pulumi:providers:aws", "aws", {})],
      says: [],
    },
  },
  unknown: "changes nothing",
  elsewhere: { development: "advisory", staging: "advisory" },
});
