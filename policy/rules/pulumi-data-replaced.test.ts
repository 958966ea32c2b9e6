import type { PlannedStep } from "../rule.ts";
import { judgePlan, urnOf } from "../testing.ts";
import { pulumiDataReplaced } from "./pulumi-data-replaced.ts";

const step = (more: Partial<PlannedStep> = {}): PlannedStep => ({
  op: "replace",
  type: "aws:rds/cluster:Cluster",
  urn: urnOf("aws:rds/cluster:Cluster", "database"),
  name: "database",
  replaceKeys: ["kmsKeyId"],
  retainOnDelete: false,
  ...more,
});

test("refuses to replace data, and says why it would be", () => {
  expect(judgePlan(pulumiDataReplaced, [step()])).toEqual(["would be replaced, because kmsKeyId changes"]);
  expect(judgePlan(pulumiDataReplaced, [step({ replaceKeys: [] })])).toEqual(["would be replaced"]);
});

test("accepts updates of data and replacements of anything else", () => {
  expect(judgePlan(pulumiDataReplaced, [step({ op: "update" }), step({ type: "aws:sns/topic:Topic" })])).toEqual([]);
});

test("tells a laptop, and stops the shared environments", () => {
  expect(pulumiDataReplaced.levels).toEqual({ development: "advisory", staging: "mandatory", production: "mandatory" });
});
