import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  type LifecycleRule,
  ListObjectVersionsCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type TransitionStorageClass,
} from "@aws-sdk/client-s3";
import { isMap, type PropertyMap } from "../../../engine/values.ts";
import {
  bucketOf,
  count,
  type EmulatedType,
  given,
  ignoreMissing,
  mapsOf,
  optional,
  sameDocument,
  setting,
  text,
  textsOf,
} from "./emulated.ts";

const bucket: EmulatedType = {
  async create({ clients, region }, { inputs }) {
    const exists = await ignoreMissing(() => clients.s3.send(new HeadBucketCommand(bucketOf(inputs))));
    // Again after a kill: the bucket is ours, because the table refuses a second one of the name.
    if (exists) return {};
    await clients.s3.send(
      new CreateBucketCommand({
        ...bucketOf(inputs),
        ...(inputs.objectLockEnabled === true && { ObjectLockEnabledForBucket: true }),
        ...(region !== "us-east-1" && { CreateBucketConfiguration: { LocationConstraint: region as "eu-central-1" } }),
      }),
    );
    return {};
  },
  update: async () => ({}),
  async read({ clients }, { outputs }) {
    const exists = await ignoreMissing(() => clients.s3.send(new HeadBucketCommand(bucketOf(outputs))));
    return exists ? {} : undefined;
  },
  async delete({ clients }, { outputs }) {
    await ignoreMissing(async () => {
      if (outputs.forceDestroy === true) await empty(clients.s3, text(outputs.bucket));
      await clients.s3.send(new DeleteBucketCommand(bucketOf(outputs)));
    });
  },
};

async function empty(s3: S3Client, name: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: name }));
  const objects = [...Versions, ...DeleteMarkers].map(({ Key = "", VersionId }) => given({ Key, VersionId }));
  if (objects.length === 0) return;
  await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: objects, Quiet: true } }));
  await empty(s3, name);
}

/** Whether a setting is there at all; how it is set is not compared. */
const present = async (look: () => Promise<unknown>): Promise<PropertyMap | undefined> =>
  (await ignoreMissing(look)) === undefined ? undefined : {};

const versioning = setting({
  apply: ({ clients }, { inputs }) => {
    const { status } = isMap(inputs.versioningConfiguration) ? inputs.versioningConfiguration : {};
    // `Disabled` is only said of a bucket that never had versions.
    if (status === "Disabled") return Promise.resolve();
    const Status = status === "Suspended" ? "Suspended" : "Enabled";
    return clients.s3.send(
      new PutBucketVersioningCommand({ ...bucketOf(inputs), VersioningConfiguration: { Status } }),
    );
  },
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() => clients.s3.send(new GetBucketVersioningCommand(bucketOf(outputs))));
    if (!found) return undefined;
    const declared = isMap(outputs.versioningConfiguration) ? outputs.versioningConfiguration : {};
    const status = found.Status ?? "Disabled";
    return declared.status === status ? {} : { versioningConfiguration: { ...declared, status } };
  },
});

const lifecycle = setting({
  apply: ({ clients }, { inputs }) =>
    clients.s3.send(
      new PutBucketLifecycleConfigurationCommand({
        ...bucketOf(inputs),
        LifecycleConfiguration: { Rules: mapsOf(inputs.rules).map(lifecycleRule) },
      }),
    ),
  read: ({ clients }, { outputs }) =>
    present(() => clients.s3.send(new GetBucketLifecycleConfigurationCommand(bucketOf(outputs)))),
  remove: ({ clients }, { outputs }) => clients.s3.send(new DeleteBucketLifecycleCommand(bucketOf(outputs))),
});

function lifecycleRule(rule: PropertyMap): LifecycleRule {
  const [expiration] = mapsOf(rule.expiration);
  const [old] = mapsOf(rule.noncurrentVersionExpiration);
  const [upload] = mapsOf(rule.abortIncompleteMultipartUpload);
  return given({
    ID: text(rule.id),
    Status: text(rule.status) as "Enabled",
    Filter: { Prefix: text(mapsOf(rule.filter)[0]?.prefix) },
    Expiration:
      expiration &&
      given({
        Days: count(expiration.days),
        ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker === true ? true : undefined,
      }),
    NoncurrentVersionExpiration:
      old &&
      given({ NoncurrentDays: count(old.noncurrentDays), NewerNoncurrentVersions: count(old.newerNoncurrentVersions) }),
    AbortIncompleteMultipartUpload: upload && given({ DaysAfterInitiation: count(upload.daysAfterInitiation) }),
    Transitions: mapsOf(rule.transitions).map(({ days, storageClass }) =>
      given({ Days: count(days), StorageClass: text(storageClass) as TransitionStorageClass }),
    ),
  });
}

const objectLock = setting({
  apply: ({ clients }, { inputs }) => {
    const [retention] = mapsOf(mapsOf(inputs.rule)[0]?.defaultRetention);
    return clients.s3.send(
      new PutObjectLockConfigurationCommand({
        ...bucketOf(inputs),
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          ...(retention && {
            Rule: {
              DefaultRetention: given({
                Mode: text(retention.mode) as "GOVERNANCE",
                Days: count(retention.days),
                Years: count(retention.years),
              }),
            },
          }),
        },
      }),
    );
  },
});

const encryption = setting({
  apply: ({ clients }, { inputs }) =>
    clients.s3.send(
      new PutBucketEncryptionCommand({
        ...bucketOf(inputs),
        ServerSideEncryptionConfiguration: {
          Rules: mapsOf(inputs.rules).map((rule) => {
            const [chosen] = mapsOf(rule.applyServerSideEncryptionByDefault);
            return given({
              BucketKeyEnabled: rule.bucketKeyEnabled === true ? true : undefined,
              ApplyServerSideEncryptionByDefault:
                chosen &&
                given({
                  SSEAlgorithm: text(chosen.sseAlgorithm) as "AES256",
                  KMSMasterKeyID: optional(chosen.kmsMasterKeyId),
                }),
            });
          }),
        },
      }),
    ),
  read: ({ clients }, { outputs }) => present(() => clients.s3.send(new GetBucketEncryptionCommand(bucketOf(outputs)))),
  remove: ({ clients }, { outputs }) => clients.s3.send(new DeleteBucketEncryptionCommand(bucketOf(outputs))),
});

const policy = setting({
  apply: ({ clients }, { inputs }) =>
    clients.s3.send(new PutBucketPolicyCommand({ ...bucketOf(inputs), Policy: forThisMachine(text(inputs.policy)) })),
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() => clients.s3.send(new GetBucketPolicyCommand(bucketOf(outputs))));
    if (!found?.Policy) return undefined;
    return sameDocument(forThisMachine(text(outputs.policy)), found.Policy) ? {} : { policy: found.Policy };
  },
  remove: ({ clients }, { outputs }) => clients.s3.send(new DeleteBucketPolicyCommand(bucketOf(outputs))),
});

/** The emulator speaks plain http on loopback: a rule against that would keep everybody out. */
function forThisMachine(document: string): string {
  const parsed: { Statement?: unknown } = JSON.parse(document);
  const statements = Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement];
  const kept = statements.filter((statement) => !JSON.stringify(statement).includes("aws:SecureTransport"));
  return JSON.stringify({ ...parsed, Statement: kept });
}

const publicAccess = setting({
  apply: ({ clients }, { inputs }) =>
    clients.s3.send(
      new PutPublicAccessBlockCommand({
        ...bucketOf(inputs),
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: inputs.blockPublicAcls === true,
          BlockPublicPolicy: inputs.blockPublicPolicy === true,
          IgnorePublicAcls: inputs.ignorePublicAcls === true,
          RestrictPublicBuckets: inputs.restrictPublicBuckets === true,
        },
      }),
    ),
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() => clients.s3.send(new GetPublicAccessBlockCommand(bucketOf(outputs))));
    const live = found?.PublicAccessBlockConfiguration;
    if (!live) return undefined;
    const held = {
      blockPublicAcls: live.BlockPublicAcls === true,
      blockPublicPolicy: live.BlockPublicPolicy === true,
      ignorePublicAcls: live.IgnorePublicAcls === true,
      restrictPublicBuckets: live.RestrictPublicBuckets === true,
    };
    return Object.fromEntries(Object.entries(held).filter(([name, value]) => value !== (outputs[name] === true)));
  },
  remove: ({ clients }, { outputs }) => clients.s3.send(new DeletePublicAccessBlockCommand(bucketOf(outputs))),
});

const cors = setting({
  apply: ({ clients }, { inputs }) =>
    clients.s3.send(
      new PutBucketCorsCommand({
        ...bucketOf(inputs),
        CORSConfiguration: {
          CORSRules: mapsOf(inputs.corsRules).map((rule) =>
            given({
              AllowedMethods: textsOf(rule.allowedMethods),
              AllowedOrigins: textsOf(rule.allowedOrigins),
              AllowedHeaders: textsOf(rule.allowedHeaders),
              ExposeHeaders: textsOf(rule.exposeHeaders),
              MaxAgeSeconds: count(rule.maxAgeSeconds),
            }),
          ),
        },
      }),
    ),
  read: ({ clients }, { outputs }) => present(() => clients.s3.send(new GetBucketCorsCommand(bucketOf(outputs)))),
  remove: ({ clients }, { outputs }) => clients.s3.send(new DeleteBucketCorsCommand(bucketOf(outputs))),
});

export const bucketTypes: Record<string, EmulatedType> = {
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketVersioning:BucketVersioning": versioning,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": objectLock,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": encryption,
  "aws:s3/bucketPolicy:BucketPolicy": policy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": publicAccess,
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": cors,
};
