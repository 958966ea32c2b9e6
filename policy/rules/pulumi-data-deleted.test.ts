import type { PlannedStep } from "../rule.ts";
import { describeStepRule, urnOf } from "../testing.ts";
import { UNKNOWN } from "../unknown.ts";
import { pulumiDataDeleted } from "./pulumi-data-deleted.ts";

const step = (more: Partial<PlannedStep> = {}): PlannedStep => ({
  op: "delete",
  type: "aws:s3/bucket:Bucket",
  urn: urnOf("aws:s3/bucket:Bucket", "pictures"),
  name: "pictures",
  before: { bucket: "shop-pictures" },
  replaceKeys: [],
  retainOnDelete: false,
  ...more,
});
const { before: _, ...bare } = step();

describeStepRule(pulumiDataDeleted, {
  compliant: [step({ op: "update" }), step({ op: "same" })],
  mutations: {
    "refuses to delete data": { steps: [step()], says: "would be deleted" },
    "accepts what only leaves the state": { steps: [step({ retainOnDelete: true })], says: [] },
    "accepts the deletion of anything else": { steps: [step({ type: "aws:sns/topic:Topic" })], says: [] },
  },
  missing: { steps: [bare], says: "would be deleted" },
  unknown: { steps: [step({ before: { bucket: UNKNOWN } })], says: "would be deleted" },
  elsewhere: { development: "advisory", staging: "mandatory" },
});
