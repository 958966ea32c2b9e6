import { checkRecord, judgeSteps, type Pack, refusing, shippedPack, undecided } from "./check.ts";
import { readRecord } from "./recorded.ts";
import { awsS3BucketName } from "./rules/aws-s3-bucket-name.ts";
import { awsS3PublicAccess } from "./rules/aws-s3-public-access.ts";
import { pulumiDataReplaced } from "./rules/pulumi-data-replaced.ts";
import { STACK_URN, urnOf } from "./testing.ts";
import { WaiverUse } from "./waivers.ts";

const now = new Date("2026-11-21T12:00:00Z");
const urn = urnOf("aws:s3/bucket:Bucket", "pictures");
const record = (inputs: object, stack = "production") => {
  const on = (text: string) => text.replace("production", stack);
  return readRecord({
    deployment: {
      resources: [
        { urn: on(STACK_URN), type: "pulumi:pulumi:Stack" },
        { urn: on(urn), type: "aws:s3/bucket:Bucket", inputs },
      ],
    },
  });
};
const pack = (more: Partial<Pack> = {}): Pack => ({
  rules: [awsS3BucketName, awsS3PublicAccess, pulumiDataReplaced],
  config: { stacks: { production: ["production"], development: ["laptop"] }, rules: {} },
  waivers: [],
  use: new WaiverUse(),
  ...more,
});

test("judges a recorded state with resource rules by inputs and stack rules by outputs", () => {
  const report = checkRecord(record({ bucket: "Pictures" }), pack(), now);
  expect(report).toMatchObject({ stack: "production", tier: "production", rules: 3, resources: 2 });
  expect(refusing(report.findings).map(({ message, urn: where }) => [where, message])).toEqual([
    [urn, "bucket Pictures is not a valid bucket name"],
    [urn, "has no BucketPublicAccessBlock"],
  ]);
});

test("does not refuse what is waived, and reports the waiver", () => {
  const waiver = { rule: "aws-s3-public-access", urn, reason: "an archive", owner: "web", expires: "2026-12-24" };
  const report = checkRecord(record({ bucket: "pictures" }), pack({ waivers: [waiver] }), now);
  expect(refusing(report.findings)).toEqual([]);
  expect(report.findings).toMatchObject([{ rule: "aws-s3-public-access", waiver }]);
  expect(report.waivers).toEqual([waiver]);
});

test("leaves out rules that the environment switches off", () => {
  const config = {
    ...pack().config,
    rules: { "aws-s3-public-access": { levels: { development: "disabled" as const } } },
  };
  const report = checkRecord(record({ bucket: "pictures" }, "laptop"), pack({ config }), now);
  expect([report.rules, report.findings]).toEqual([2, []]);
});

test("counts mandatory rules that came to no judgement", () => {
  const report = checkRecord(record({ bucket: "[unknown]" }), pack({ rules: [awsS3BucketName] }), now);
  expect([refusing(report.findings).length, undecided(report.findings).length]).toEqual([0, 1]);
});

test("judges no stack rule when a preview leaves resources out", () => {
  const state = { urn, type: "aws:s3/bucket:Bucket", inputs: { bucket: "pictures" } };
  const report = checkRecord(
    readRecord({ steps: [{ op: "update", urn, oldState: state, newState: state }] }),
    pack(),
    now,
  );
  expect([report.partial, report.findings]).toEqual([true, []]);
});

test("judges planned steps for whoever holds them", () => {
  const steps = [
    {
      op: "replace",
      type: "aws:s3/bucket:Bucket",
      urn,
      name: "pictures",
      replaceKeys: ["bucket"],
      retainOnDelete: false,
    },
  ] as const;
  expect(judgeSteps(steps, "production", pack(), now)).toMatchObject([
    { rule: "pulumi-data-replaced", level: "mandatory", message: "would be replaced, because bucket changes" },
  ]);
  expect(judgeSteps(steps, "laptop", pack(), now)).toMatchObject([{ level: "advisory" }]);
});

test("the shipped pack is usable: its configuration and its waivers fit its rules", () => {
  expect(shippedPack().rules.length).toBeGreaterThan(80);
});
