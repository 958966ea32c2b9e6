import { describeRule, judge, resource } from "../testing.ts";
import { pulumiDataProtected } from "./pulumi-data-protected.ts";

describeRule(pulumiDataProtected, {
  compliant: resource("aws:rds/cluster:Cluster", "database", {}, { options: { protect: true } }),
  mutations: {
    "refuses data without protection": { extra: { options: { protect: false } }, says: "is not protected" },
    "leaves other types alone": { add: [resource("aws:sns/topic:Topic", "topic", {})], says: [] },
    "accepts what holds nothing worth keeping": {
      extra: { options: { protect: false } },
      settings: { exempt: "^database$" },
      says: [],
    },
  },
  unknown: [],
  elsewhere: { development: "disabled", staging: "mandatory" },
});

test("no property decides it, so none can leave it undecided", () => {
  const cluster = resource(
    "aws:rds/cluster:Cluster",
    "database",
    { engine: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
    { options: { protect: true } },
  );
  expect(judge(pulumiDataProtected, [cluster])).toEqual([]);
});
