import { type Recording, record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { BackupBucket, type BackupBucketArgs } from "./backup-bucket.ts";

const args: BackupBucketArgs = {
  bucketName: "thorbis-backups",
  accountId: "111111111111",
  region: "us-east-1",
  replicaRegion: "us-west-2",
  ownership,
  dataProtection: "protected",
  incomingPrefixes: ["thorbis/incoming/", "thorbis-helpdesk/incoming/"],
};

const declare = (change: Partial<BackupBucketArgs> = {}) =>
  record(() => {
    new BackupBucket("backups", { ...args, ...change });
  });

const statementsOf = (recording: Recording, type: string, name: string) => {
  const { assumeRolePolicy, policy } = recording.only(type, name).inputs;
  return JSON.parse(String(policy ?? assumeRolePolicy)).Statement;
};

test("holds the backups and their key against deletion, and leaves the copies where they are", async () => {
  const recording = await declare();
  const data = [...recording.ofType("aws:s3/bucket:Bucket"), ...recording.ofType("aws:kms/key:Key")];
  expect(data.map(({ name, protect, retainOnDelete }) => [name, protect, retainOnDelete])).toEqual(
    expect.arrayContaining([
      ["backups-primary", true, true],
      ["backups-replica-us-west-2", false, true],
      ["backups-access-log", true, true],
      ["backups-key", true, true],
      ["backups-replica-us-west-2-key", false, true],
    ]),
  );
  expect(data).toHaveLength(5);
});

test("lets go of the data only when it is disposable", async () => {
  const recording = await declare({ dataProtection: "disposable" });
  expect(recording.resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).toEqual([]);
});

test("has no way to be destroyed with objects in it", async () => {
  for (const bucket of (await declare()).ofType("aws:s3/bucket:Bucket")) {
    expect(bucket.inputs).not.toHaveProperty("forceDestroy");
  }
});

test("closes every bucket to the public", async () => {
  const recording = await declare();
  const blocks = recording.ofType("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
  expect(blocks).toHaveLength(3);
  for (const { inputs } of blocks) {
    expect(inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
  }
});

test("encrypts each copy under the rotating key of its own region", async () => {
  const recording = await declare();
  const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
  const keyOf = (name: string) => recording.only(type, name).inputs.rules;
  expect(keyOf("backups-primary-encryption")).toEqual([
    {
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: "aws:kms",
        kmsMasterKeyId: expect.stringMatching(/^arn:aws:kms:us-east-1:111111111111:key\//),
      },
      bucketKeyEnabled: true,
    },
  ]);
  expect(keyOf("backups-replica-us-west-2-encryption")).toEqual([
    {
      applyServerSideEncryptionByDefault: {
        sseAlgorithm: "aws:kms",
        kmsMasterKeyId: expect.stringMatching(/^arn:aws:kms:us-west-2:111111111111:key\//),
      },
      bucketKeyEnabled: true,
    },
  ]);
  for (const key of recording.ofType("aws:kms/key:Key")) {
    expect(key.inputs).toMatchObject({ enableKeyRotation: true, deletionWindowInDays: 30 });
  }
});

test("refuses plain transport and other encryption than the key's", async () => {
  const refused = statementsOf(await declare(), "aws:s3/bucketPolicy:BucketPolicy", "backups-primary-policy");
  expect(refused).toEqual([
    expect.objectContaining({
      Effect: "Deny",
      Action: "s3:*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    }),
    expect.objectContaining({
      Effect: "Deny",
      Action: "s3:*",
      Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } },
    }),
    expect.objectContaining({
      Effect: "Deny",
      Action: "s3:PutObject",
      Condition: {
        StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
        Null: { "s3:x-amz-server-side-encryption": "false" },
      },
    }),
  ]);
});

interface Allowed {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}
/** Which of the actions a role may do with an object, by the role's own policy. */
const rightsOn = (allowed: readonly Allowed[], key: string) =>
  allowed
    .filter(({ Resource }) =>
      [Resource].flat().some((pattern) => {
        const expression = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
        return new RegExp(`^${expression}$`).test(`arn:aws:s3:::thorbis-backups/${key}`);
      }),
    )
    .flatMap(({ Action }) => [Action].flat())
    .filter((action) => action.startsWith("s3:"))
    .toSorted();

test("lets the backup job work on its own run, and add finished backups without reading or deleting them", async () => {
  const allowed = statementsOf(await declare(), "aws:iam/rolePolicy:RolePolicy", "backups-access-writer-policy");
  expect(rightsOn(allowed, "thorbis/incoming/1/orders.age")).toContain("s3:GetObject");
  expect(rightsOn(allowed, "thorbis/sets/1/orders.age")).toEqual([
    "s3:AbortMultipartUpload",
    "s3:GetObjectRetention",
    "s3:PutObject",
    "s3:PutObjectRetention",
  ]);
  expect(rightsOn(allowed, "thorbis/sets/1/manifest.json")).toContain("s3:GetObject");
});

test("lets a restore read everything and write nothing but its proofs", async () => {
  const allowed = statementsOf(await declare(), "aws:iam/rolePolicy:RolePolicy", "backups-access-restore-policy");
  const reading = ["s3:GetObject", "s3:GetObjectVersion"];
  expect(rightsOn(allowed, "thorbis/sets/1/orders.age")).toEqual(reading);
  expect(rightsOn(allowed, "thorbis/sets/1/manifest.json")).toEqual(reading);
  expect(rightsOn(allowed, "thorbis/sets/1/proofs/2.json")).toEqual([...reading, "s3:PutObject"]);
});

test("lets pruning remove sets and read none of their data", async () => {
  const allowed = statementsOf(await declare(), "aws:iam/rolePolicy:RolePolicy", "backups-access-prune-policy");
  const removing = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectRetention"];
  expect(rightsOn(allowed, "thorbis/sets/1/orders.age")).toEqual(removing);
  expect(rightsOn(allowed, "thorbis/sets/1/manifest.json")).toEqual([
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetObject",
    "s3:GetObjectRetention",
  ]);
  expect(rightsOn(allowed, "thorbis/incoming/1/orders.age")).toEqual([]);
  expect(rightsOn(allowed, "thorbis/drills/1.json")).toEqual([]);
});

test("lets a restore read the copies when the region is lost, and write nothing there", async () => {
  const allowed: Allowed[] = statementsOf(
    await declare(),
    "aws:iam/rolePolicy:RolePolicy",
    "backups-access-restore-policy",
  );
  const copies = "arn:aws:s3:::thorbis-backups-replica-us-west-2";
  const given = allowed.filter(({ Resource }) => [Resource].flat().some((arn) => arn.startsWith(copies)));
  expect(given.flatMap(({ Action }) => [Action].flat())).toEqual([
    "s3:ListBucket",
    "s3:GetObject",
    "s3:GetObjectVersion",
  ]);
});

test("lets no role skip the lock, and none but the pruning one remove a version", async () => {
  for (const { inputs, name } of (await declare()).ofType("aws:iam/rolePolicy:RolePolicy")) {
    expect(inputs.policy).not.toMatch(/BypassGovernanceRetention|s3:\*/);
    if (!name.includes("prune")) expect(inputs.policy).not.toContain("DeleteObjectVersion");
  }
});

const recovery = {
  operatorArns: ["arn:aws:iam::111111111111:role/on-call"],
  region: "us-east-1",
  logGroupName: "/thorbis/operations",
};
const cluster = { identifier: "thorbis-production", keyAlias: "alias/thorbis-production-database-key" };

test("asks people for MFA before a restore, in a role that no task takes", async () => {
  const recording = await declare({ recovery });
  expect(statementsOf(recording, "aws:iam/role:Role", "backups-access-recovery")).toEqual([
    {
      Sid: "TrustOperators",
      Effect: "Allow",
      Principal: { AWS: ["arn:aws:iam::111111111111:role/on-call"] },
      Action: "sts:AssumeRole",
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    },
  ]);
  expect(JSON.stringify(statementsOf(recording, "aws:iam/role:Role", "backups-access-restore"))).not.toContain(
    "on-call",
  );
});

test("lets people read what the drills read, and make clusters only beside the one that is named", async () => {
  const recording = await declare({ recovery: { ...recovery, cluster } });
  const policy = "aws:iam/rolePolicy:RolePolicy";
  const people: Allowed[] = statementsOf(recording, policy, "backups-access-recovery-policy");
  const tasks: Allowed[] = statementsOf(recording, policy, "backups-access-restore-policy");
  expect(people).toEqual(expect.arrayContaining(tasks));
  const resourcesOf = (action: string) =>
    people.filter(({ Action }) => [Action].flat().includes(action)).flatMap(({ Resource }) => [Resource].flat());
  const arn = "arn:aws:rds:us-east-1:111111111111";
  expect(resourcesOf("rds:CreateDBInstance")).toEqual([
    `${arn}:cluster:thorbis-production-*`,
    `${arn}:db:thorbis-production-*`,
    `${arn}:subgrp:thorbis-production-*`,
    `${arn}:og:default:*`,
    `${arn}:pg:default.*`,
  ]);
  expect(resourcesOf("rds:AddTagsToResource")).toEqual([`${arn}:cluster:thorbis-production-*`]);
  for (const action of ["rds:DescribeDBClusters", "rds:RestoreDBClusterToPointInTime"])
    expect(resourcesOf(action)).toEqual(
      expect.arrayContaining([`${arn}:cluster:thorbis-production`, `${arn}:cluster:thorbis-production-*`]),
    );
  expect(people).toContainEqual(
    expect.objectContaining({
      Action: ["kms:CreateGrant", "kms:DescribeKey"],
      Condition: {
        StringEquals: { "kms:ViaService": "rds.us-east-1.amazonaws.com" },
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": ["alias/thorbis-production-database-key"] },
      },
    }),
  );
});

test("gives nobody a right on clusters where there is none, and no task one anywhere", async () => {
  const policiesOf = async (change: Partial<BackupBucketArgs>) =>
    (await declare(change))
      .ofType("aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) => String(inputs.policy).includes("rds:"))
      .map(({ name }) => name);
  expect(await policiesOf({ recovery })).toEqual([]);
  expect(await policiesOf({ recovery: { ...recovery, cluster } })).toEqual(["backups-access-recovery-policy"]);
});

test("copies everything to the other region, but no deletion", async () => {
  const recording = await declare();
  const replication = recording.only("aws:s3/bucketReplicationConfig:BucketReplicationConfig");
  expect(replication.inputs.rules).toEqual([
    expect.objectContaining({
      status: "Enabled",
      filter: { prefix: "" },
      deleteMarkerReplication: { status: "Disabled" },
      destination: expect.objectContaining({ bucket: "arn:aws:s3:::thorbis-backups-replica-us-west-2" }),
    }),
  ]);
  expect(replication.dependencies).toEqual(
    expect.arrayContaining(["backups-primary-versioning", "backups-replica-us-west-2-versioning"]),
  );
});

test("lets only unfinished runs and old versions expire, whichever prefix, and copies when both times have passed", async () => {
  const recording = await declare();
  const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
  const everything = { status: "Enabled", filter: { prefix: "" } };
  const abandoned = (prefix: string) => ({
    id: `expire-${prefix}-incoming`,
    status: "Enabled",
    filter: { prefix: `${prefix}/incoming/` },
    expiration: { days: 30 },
  });
  const cleaning = [
    { id: "expire-old-versions", ...everything, noncurrentVersionExpiration: { noncurrentDays: 30 } },
    { id: "drop-lone-delete-markers", ...everything, expiration: { expiredObjectDeleteMarker: true } },
    { id: "abort-unfinished-uploads", ...everything, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
  ];
  expect(recording.only(type, "backups-primary-lifecycle").inputs.rules).toEqual([
    abandoned("thorbis"),
    abandoned("thorbis-helpdesk"),
    ...cleaning,
  ]);
  expect(recording.only(type, "backups-replica-us-west-2-lifecycle").inputs.rules).toEqual([
    { id: "expire-copies", ...everything, expiration: { days: 60 } },
    ...cleaning,
  ]);
});

test("locks both copies when a lock is asked for", async () => {
  const recording = await declare({ retentionLock: { mode: "COMPLIANCE", days: 14 } });
  const locks = recording.ofType("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
  expect(locks.map(({ inputs }) => [inputs.bucket, inputs.rule])).toEqual([
    ["thorbis-backups", { defaultRetention: { mode: "COMPLIANCE", days: 14 } }],
    ["thorbis-backups-replica-us-west-2", { defaultRetention: { mode: "COMPLIANCE", days: 14 } }],
  ]);
  expect(recording.only("aws:s3/bucket:Bucket", "backups-primary").inputs.objectLockEnabled).toBe(true);
});

test("says at preview already who may do what to the bucket", async () => {
  const recording = await record(
    () => {
      new BackupBucket("backups", args);
    },
    { preview: true },
  );
  const { policy } = recording.only("aws:s3/bucketPolicy:BucketPolicy", "backups-primary-policy").inputs;
  expect(JSON.parse(String(policy)).Statement).toHaveLength(3);
});

test.each([
  [
    { replicaRegion: "us-east-1" },
    "backups.replicaRegion: the copy would stand in us-east-1 as well, and fall with it",
  ],
  [{ incomingPrefixes: ["thorbis/sets/"] }, 'backups.incomingPrefixes: "thorbis/sets/" is no place of unfinished runs'],
  [{ retentionDays: 0 }, "backups.retentionDays: 0 is no number of days"],
  [
    { retentionLock: { mode: "GOVERNANCE", days: 31 } },
    "backups.retentionLock.days: the lock of 31 days outlives the retention of 30 days",
  ],
  [{ bucketName: "x".repeat(46) }, "backups.bucketName: the name leaves no room for its suffixes"],
  [{ bucketName: "Thorbis" }, 'backups-access-log.bucketName: "Thorbis-access-log" is no bucket name'],
] satisfies [Partial<BackupBucketArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
