import type { PlannedStep } from "../rule.ts";
import { judgePlan, urnOf } from "../testing.ts";
import { pulumiDataDeleted } from "./pulumi-data-deleted.ts";

const step = (more: Partial<PlannedStep> = {}): PlannedStep => ({
  op: "delete",
  type: "aws:s3/bucket:Bucket",
  urn: urnOf("aws:s3/bucket:Bucket", "pictures"),
  name: "pictures",
  replaceKeys: [],
  retainOnDelete: false,
  ...more,
});

test("refuses to delete data", () => {
  expect(judgePlan(pulumiDataDeleted, [step()])).toEqual(["would be deleted"]);
});

test("accepts what only leaves the state", () => {
  expect(judgePlan(pulumiDataDeleted, [step({ retainOnDelete: true })])).toEqual([]);
});

test("accepts the deletion of anything else", () => {
  expect(judgePlan(pulumiDataDeleted, [step({ type: "aws:sns/topic:Topic" })])).toEqual([]);
});

test("tells a laptop, and stops the shared environments", () => {
  expect(pulumiDataDeleted.levels).toEqual({ development: "advisory", staging: "mandatory", production: "mandatory" });
});
