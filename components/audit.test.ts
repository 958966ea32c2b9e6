import { type Recording, record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { Audit, type AuditArgs } from "./audit.ts";

const args: AuditArgs = {
  archiveBucketName: "thorbis-logs",
  accountId: "111111111111",
  region: "us-east-1",
  ownership,
  dataProtection: "protected",
  retention: { auditDays: 2557, accessDays: 365 },
  findingsTopicArn: "arn:aws:sns:us-east-1:111111111111:alerts-critical",
};
const declare = (change: Partial<AuditArgs> = {}) =>
  record(() => {
    new Audit("audit", { ...args, ...change });
  });
const policyOf = (recording: Recording) =>
  JSON.parse(String(recording.only("aws:s3/bucketPolicy:BucketPolicy").inputs.policy)).Statement;

test("records every region, signed and under a key of its own", async () => {
  const trail = (await declare()).only("aws:cloudtrail/trail:Trail");
  expect(trail.inputs).toMatchObject({
    isMultiRegionTrail: true,
    includeGlobalServiceEvents: true,
    enableLogFileValidation: true,
    kmsKeyId: expect.stringMatching(/^arn:aws:kms:/),
  });
  // CloudTrail tries to write at once: the bucket's policy has to be there first.
  expect(trail.dependencies).toContain("audit-logs-store-policy");
});

test("holds the archive and its key against deletion", async () => {
  const recording = await declare();
  expect(recording.only("aws:s3/bucket:Bucket")).toMatchObject({ protect: true, retainOnDelete: true });
  expect(recording.only("aws:kms/key:Key")).toMatchObject({ protect: true, retainOnDelete: true });
});

test("locks the archive when a lock is asked for", async () => {
  const recording = await declare({ retentionLock: { mode: "COMPLIANCE", days: 365 } });
  const type = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
  expect(recording.only(type).inputs.rule).toEqual({ defaultRetention: { mode: "COMPLIANCE", days: 365 } });
});

test("keeps each class of log for its own time", async () => {
  const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
  const rules = (await declare()).only(type).inputs.rules as { id: string; expiration?: unknown; filter: unknown }[];
  expect(rules.map(({ expiration, filter }) => [filter, expiration])).toEqual([
    [{ prefix: "audit/" }, { days: 2557 }],
    [{ prefix: "access/" }, { days: 365 }],
    [{ prefix: "" }, undefined],
  ]);
});

test("lets this account's trail write, and its load balancers where they are named", async () => {
  expect(policyOf(await declare())).toContainEqual({
    Sid: "TrailWrites0",
    Effect: "Allow",
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: "arn:aws:s3:::thorbis-logs/audit/AWSLogs/111111111111/*",
    Condition: {
      StringEquals: {
        "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111111111111:trail/audit",
        "s3:x-amz-acl": "bucket-owner-full-control",
      },
    },
  });
  expect(policyOf(await declare({ loadBalancerNames: ["web-door"] }))).toContainEqual(
    expect.objectContaining({ Resource: "arn:aws:s3:::thorbis-logs/access/web-door/AWSLogs/111111111111/*" }),
  );
});

test("puts reads and writes of the watched buckets on record", async () => {
  const recording = await declare({ watchedBucketArns: ["arn:aws:s3:::thorbis-backups"] });
  expect(recording.only("aws:cloudtrail/trail:Trail").inputs.advancedEventSelectors).toContainEqual({
    name: "Objects of the watched buckets",
    fieldSelectors: [
      { field: "eventCategory", equals: ["Data"] },
      { field: "resources.type", equals: ["AWS::S3::Object"] },
      { field: "resources.ARN", startsWiths: ["arn:aws:s3:::thorbis-backups/"] },
    ],
  });
});

test("tells somebody of a serious finding", async () => {
  const recording = await declare();
  expect(recording.only("aws:guardduty/detector:Detector").inputs.enable).toBe(true);
  const { eventPattern } = recording.only("aws:cloudwatch/eventRule:EventRule").inputs;
  expect(JSON.parse(String(eventPattern)).detail).toEqual({ severity: [{ numeric: [">=", 7] }] });
  expect(recording.only("aws:cloudwatch/eventTarget:EventTarget").inputs.arn).toBe(args.findingsTopicArn);
});

test("refuses a retention that ends before cold storage begins", async () => {
  await expect(declare({ retention: { auditDays: 2557, accessDays: 30 } })).rejects.toMatchObject({
    message: "audit-logs.retention.accessDays: 30 days are fewer than the 90 after which logs move to cold storage",
    exitCode: 2,
  });
});
