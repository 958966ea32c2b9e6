import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { PrivateBucket, type PrivateBucketArgs } from "./private-bucket.ts";

const args: PrivateBucketArgs = {
  bucketName: "thorbis-test",
  component: "Test",
  ownership,
  dataProtection: "protected",
  lifecycleRules: [{ id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 1 } }],
};
const declare = (change: Partial<PrivateBucketArgs> = {}) =>
  record(() => {
    new PrivateBucket("store", { ...args, ...change });
  });

test("keeps every version, takes no access-control list and lets no stranger in", async () => {
  const recording = await declare();
  expect(recording.only("aws:s3/bucketVersioning:BucketVersioning").inputs.versioningConfiguration).toEqual({
    status: "Enabled",
  });
  expect(recording.only("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs.rule).toEqual({
    objectOwnership: "BucketOwnerEnforced",
  });
});

test("sets rules about old versions only when versioning is on", async () => {
  const lifecycle = (await declare()).only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
  expect(lifecycle.dependencies).toContain("store-versioning");
});

test("encrypts even without a key of the customer's", async () => {
  const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
  expect((await declare()).only(type).inputs.rules).toEqual([
    { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
  ]);
});

test("wears the seven tags, with the component that asked for it", async () => {
  expect((await declare()).only("aws:s3/bucket:Bucket").inputs.tags).toEqual({
    Environment: "test",
    Product: "platform",
    Component: "Test",
    Owner: "platform-team",
    CostCenter: "CC-100",
    DataClassification: "confidential",
    ManagedBy: "pulumi",
  });
});

const idle = { id: "idle", status: "Enabled" };
test.each([
  [{ bucketName: "Thorbis" }, 'store.bucketName: "Thorbis" is no bucket name'],
  [{ bucketName: "a" }, 'store.bucketName: "a" is no bucket name'],
  [
    { lifecycleRules: [{ ...idle, filter: { prefix: "" } }] },
    "store.lifecycleRules.idle: the rule has no filter or no action, so it does nothing",
  ],
  [
    { lifecycleRules: [{ ...idle, expiration: { days: 1 } }] },
    "store.lifecycleRules.idle: the rule has no filter or no action, so it does nothing",
  ],
  [{ retentionLock: { mode: "GOVERNANCE", days: 0 } }, "store.retentionLock.days: 0 is no retention"],
] satisfies [Partial<PrivateBucketArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
