import { describeRule, resource } from "../testing.ts";
import { pulumiDataProtected } from "./pulumi-data-protected.ts";

describeRule(pulumiDataProtected, {
  compliant: resource(
    "aws:rds/cluster:Cluster",
    "database",
    { engine: "aurora-postgresql" },
    { options: { protect: true } },
  ),
  mutations: {
    "refuses data without protection": {
      extra: { options: { protect: false } },
      missing: true,
      says: "is not protected",
    },
    "leaves other types alone": { add: [resource("aws:sns/topic:Topic", "topic", {})], says: [] },
    "accepts what holds nothing worth keeping": {
      extra: { options: { protect: false } },
      settings: { exempt: "^database$" },
      says: [],
    },
  },
  unknown: "changes nothing",
  elsewhere: { development: "disabled", staging: "advisory" },
});
