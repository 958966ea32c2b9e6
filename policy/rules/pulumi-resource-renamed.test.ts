import type { PlannedStep } from "../rule.ts";
import { judgePlan, urnOf } from "../testing.ts";
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

test("reports a deletion beside a creation with the same inputs", () => {
  expect(judgePlan(pulumiResourceRenamed, [gone, made({ ...props, name: "b" })])).toEqual([
    "would be deleted while new is created with 100 % of its inputs: a rename?",
  ]);
});

test("reports it when a little differs", () => {
  expect(judgePlan(pulumiResourceRenamed, [gone, made({ ...props, extra: "1" })])).toEqual([
    "would be deleted while new is created with 80 % of its inputs: a rename?",
  ]);
});

test("says nothing of resources that have little in common, of another type, or without inputs", () => {
  expect(judgePlan(pulumiResourceRenamed, [gone, made({ displayName: "Other" })])).toEqual([]);
  expect(judgePlan(pulumiResourceRenamed, [gone, { ...made(props), type: "aws:sqs/queue:Queue" }])).toEqual([]);
  expect(judgePlan(pulumiResourceRenamed, [{ ...gone, before: {} }, made({})])).toEqual([]);
});

test("counts a created resource for one deletion only", () => {
  const other = { ...gone, urn: urnOf(type, "older"), name: "older" };
  expect(judgePlan(pulumiResourceRenamed, [gone, other, made(props)])).toHaveLength(1);
});

test("only advises: somebody may mean it", () => {
  expect(pulumiResourceRenamed.levels).toEqual({
    development: "advisory",
    staging: "advisory",
    production: "advisory",
  });
});
