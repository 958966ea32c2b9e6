import type { PlannedStep } from "../rule.ts";
import { describeStepRule, urnOf } from "../testing.ts";
import { UNKNOWN } from "../unknown.ts";
import { pulumiResourceRenamed } from "./pulumi-resource-renamed.ts";

const type = "aws:sns/topic:Topic";
const props = {
  name: "a",
  displayName: "Alarms",
  region: "us-east-1",
  tags: { Owner: "web", Environment: "production" },
};
const gone: PlannedStep = {
  op: "delete",
  type,
  urn: urnOf(type, "old"),
  name: "old",
  before: props,
  replaceKeys: [],
  retainOnDelete: false,
};
const made = (after: object): PlannedStep => ({
  ...gone,
  op: "create",
  urn: urnOf(type, "new"),
  name: "new",
  after: { ...after },
});

const other = { ...gone, urn: urnOf(type, "older"), name: "older" };

describeStepRule(pulumiResourceRenamed, {
  compliant: [gone, made({ displayName: "Other" })],
  mutations: {
    "reports a deletion beside a creation with the same inputs": {
      steps: [gone, made({ ...props, name: "b" })],
      says: "would be deleted while new is created with 100 % of its inputs: a rename?",
    },
    "reports it when a little differs": {
      steps: [gone, made({ ...props, extra: "1" })],
      says: "would be deleted while new is created with 80 % of its inputs: a rename?",
    },
    "says nothing of another type": { steps: [gone, { ...made(props), type: "aws:sqs/queue:Queue" }], says: [] },
    "counts a created resource for one deletion only": {
      steps: [gone, other, made(props)],
      says: "would be deleted while new is created with 100 % of its inputs: a rename?",
    },
  },
  missing: { steps: [{ ...gone, before: {} }, made({})], says: [] },
  unknown: {
    steps: [gone, made({ ...props, region: UNKNOWN, displayName: UNKNOWN })],
    says: [],
  },
  elsewhere: { development: "advisory", staging: "advisory" },
});
