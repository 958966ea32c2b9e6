import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { EncryptionKey, type EncryptionKeyArgs } from "./encryption-key.ts";

const args: EncryptionKeyArgs = {
  description: "a test",
  accountId: "111111111111",
  ownership,
  dataProtection: "protected",
};
const declare = (change: Partial<EncryptionKeyArgs> = {}) =>
  record(() => {
    new EncryptionKey("data-key", { ...args, ...change });
  });
const statementsOf = async (change: Partial<EncryptionKeyArgs>) =>
  JSON.parse(String((await declare(change)).only("aws:kms/key:Key").inputs.policy)).Statement;

test("rotates every year, and gives a month to take a deletion back", async () => {
  const key = (await declare()).only("aws:kms/key:Key");
  expect(key.inputs).toMatchObject({ enableKeyRotation: true, rotationPeriodInDays: 365, deletionWindowInDays: 30 });
});

test("is held like the data under it", async () => {
  expect((await declare()).only("aws:kms/key:Key")).toMatchObject({ protect: true, retainOnDelete: true });
  const disposable = await declare({ dataProtection: "disposable" });
  expect(disposable.only("aws:kms/key:Key")).toMatchObject({ protect: false, retainOnDelete: false });
});

test("leaves the account in charge: a key that nobody administers is lost", async () => {
  expect(await statementsOf({})).toEqual([
    {
      Sid: "AccountDecides",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111111111111:root" },
      Action: "kms:*",
      Resource: "*",
    },
  ]);
});

test("serves AWS services for this account only, each by what it can prove", async () => {
  const [, alarms, logs] = await statementsOf({
    services: ["cloudwatch.amazonaws.com", "logs.us-east-1.amazonaws.com"],
  });
  expect(alarms.Condition).toEqual({ StringEquals: { "aws:SourceAccount": "111111111111" } });
  expect(logs.Condition).toEqual({
    ArnLike: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:111111111111:log-group:*" },
  });
});

test.each([6, 31, 7.5])("refuses a deletion window of %d days, as KMS would", async (deletionWindowDays) => {
  await expect(declare({ deletionWindowDays })).rejects.toMatchObject({
    message: `data-key.deletionWindowDays: ${deletionWindowDays} days is no deletion window that KMS accepts`,
    remedy: "Use 7 to 30 days.",
    exitCode: 2,
  });
});
