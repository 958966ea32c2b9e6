import type { PlannedStep } from "../rule.ts";
import { describeStepRule, urnOf } from "../testing.ts";
import { UNKNOWN } from "../unknown.ts";
import { pulumiDataReplaced } from "./pulumi-data-replaced.ts";

const step = (more: Partial<PlannedStep> = {}): PlannedStep => ({
  op: "replace",
  type: "aws:rds/cluster:Cluster",
  urn: urnOf("aws:rds/cluster:Cluster", "database"),
  name: "database",
  before: { kmsKeyId: "one" },
  after: { kmsKeyId: "two" },
  replaceKeys: ["kmsKeyId"],
  retainOnDelete: false,
  ...more,
});
const { after: _, before: __, ...bare } = step();

describeStepRule(pulumiDataReplaced, {
  compliant: [step({ op: "update" }), step({ type: "aws:sns/topic:Topic" })],
  mutations: {
    "refuses to replace data, and says why it would be": {
      steps: [step()],
      says: "would be replaced, because kmsKeyId changes",
    },
    "refuses it where no reason was recorded": { steps: [step({ replaceKeys: [] })], says: "would be replaced" },
    "refuses it also when the old one stays in the cloud: the new one is empty": {
      steps: [step({ retainOnDelete: true })],
      says: "would be replaced, because kmsKeyId changes",
    },
  },
  missing: { steps: [bare], says: "would be replaced, because kmsKeyId changes" },
  unknown: {
    steps: [step({ after: { kmsKeyId: UNKNOWN } })],
    says: "would be replaced, because kmsKeyId changes",
  },
  elsewhere: { development: "advisory", staging: "mandatory" },
});
