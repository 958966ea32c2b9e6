import { alarmSettings } from "../testing/alarm-scope.ts";
import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { AttachmentsBucket, type AttachmentsBucketArgs } from "./attachments-bucket.ts";

const scannerRoleArn = "arn:aws:iam::111111111111:role/scanner";
const args: AttachmentsBucketArgs = {
  bucketName: "helpdesk-attachments",
  accountId: "111111111111",
  region: "us-east-1",
  allowedOrigins: ["https://help.thorbis.com"],
  scannerRoleArn,
  ownership,
  dataProtection: "protected",
  alarms: alarmSettings,
};
const declare = async (change: Partial<AttachmentsBucketArgs> = {}) => {
  let component: AttachmentsBucket | undefined;
  const recording = await record(() => {
    component = new AttachmentsBucket("attachments", { ...args, ...change });
  });
  return { recording, component };
};

test("holds customers' files and their key against deletion", async () => {
  const { recording } = await declare();
  expect(recording.only("aws:s3/bucket:Bucket")).toMatchObject({ protect: true, retainOnDelete: true });
  expect(recording.only("aws:kms/key:Key")).toMatchObject({ protect: true, retainOnDelete: true });
});

test("nobody reads a file before the scanner called it clean, and nobody else can call it so", async () => {
  const { recording } = await declare();
  const { Statement } = JSON.parse(String(recording.only("aws:s3/bucketPolicy:BucketPolicy").inputs.policy));
  expect(Statement).toContainEqual({
    Sid: "RefuseWhatIsNotClean",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:GetObject", "s3:GetObjectVersion"],
    Resource: "arn:aws:s3:::helpdesk-attachments/*",
    Condition: {
      StringNotEquals: { "s3:ExistingObjectTag/malware-scan": "clean" },
      ArnNotEquals: { "aws:PrincipalArn": scannerRoleArn },
    },
  });
  expect(Statement).toContainEqual(
    expect.objectContaining({ Sid: "OnlyTheScannerTags", Effect: "Deny", Action: expect.anything() }),
  );
});

test("reports every upload to the scanner, and keeps what could not be scanned", async () => {
  const { recording } = await declare();
  const notification = recording.only("aws:s3/bucketNotification:BucketNotification");
  expect(notification.inputs.queues).toEqual([
    {
      id: "scan",
      queueArn: "arn:aws:sqs:us-east-1:111111111111:attachments-scan",
      events: ["s3:ObjectCreated:*"],
    },
  ]);
  expect(notification.dependencies).toContain("attachments-scan-policy");
  const { redrivePolicy } = recording.only("aws:sqs/queue:Queue", "attachments-scan").inputs;
  expect(JSON.parse(String(redrivePolicy))).toEqual({
    deadLetterTargetArn: "arn:aws:sqs:us-east-1:111111111111:attachments-unscanned",
    maxReceiveCount: 5,
  });
  expect(recording.only("aws:cloudwatch/metricAlarm:MetricAlarm").inputs.name).toContain("dead-letters");
});

test("takes 25 MiB of four types, by the limits that the application signs", async () => {
  const { component } = await declare();
  expect(component?.uploadLimits).toEqual({
    maxBytes: 26_214_400,
    mimeTypes: ["image/png", "image/jpeg", "application/pdf", "text/plain"],
  });
});

test("answers browsers of the application alone", async () => {
  const { recording } = await declare();
  expect(recording.only("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration").inputs.corsRules).toEqual([
    expect.objectContaining({ allowedOrigins: ["https://help.thorbis.com"], allowedMethods: ["GET", "POST"] }),
  ]);
});

test.each([
  [{ allowedOrigins: ["*"] }, 'attachments.allowedOrigins: "*" is no origin of an application'],
  [{ allowedOrigins: [] }, "attachments.allowedOrigins: no application could upload"],
  [{ maxBytes: 0 }, "attachments.maxBytes: 0 bytes are no size of an upload"],
  [{ allowedMimeTypes: ["text/html"] }, 'attachments.allowedMimeTypes: "text/html" is no type that is safe to serve'],
] satisfies [Partial<AttachmentsBucketArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
