import * as pulumi from "@pulumi/pulumi";
import { BackupAccess } from "./backup-access.ts";
import { BucketReplication } from "./bucket-replication.ts";
import type { DataProtection } from "./data-protection.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { demand } from "./invalid-argument.ts";
import type { Statement } from "./policy-document.ts";
import { type LifecycleRule, PrivateBucket, type RetentionLock } from "./private-bucket.ts";
import type { Recovery } from "./recovery-rights.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface BackupBucketArgs {
  /**
   * The bucket's name, unique in the world; the access log is `<name>-access-log`, the copy `<name>-replica-<region>`:
   * a copy in another region is another bucket, beside the one that was left.
   */
  readonly bucketName: string;
  readonly accountId: string;
  /** Where the backups are written. */
  readonly region: string;
  /** Where every object is copied to: not `region`. */
  readonly replicaRegion: string;
  readonly ownership: Ownership;
  readonly dataProtection: DataProtection;
  /**
   * Where runs leave what is no backup yet, for example `production/incoming/`. Only that expires by its age: finished
   * sets go by retention, which counts verified ones and so keeps the last of them however old it is.
   */
  readonly incomingPrefixes: readonly string[];
  /** Days for which retention keeps a set at least; the copies stay `oldVersionDays` longer. @default 30 */
  readonly retentionDays?: number;
  /**
   * Days that an overwritten or deleted backup can still be brought back; then its version goes, below `sets/` as well,
   * unless a lock holds it. @default 30
   */
  readonly oldVersionDays?: number;
  /** A lock against change and deletion, on both copies. @default no lock */
  readonly retentionLock?: RetentionLock;
  /** Whoever restores by hand gets a role apart from the tasks'. @default none: only the drill's tasks restore */
  readonly recovery?: Recovery;
}

/** What the copy of a bucket is called in a region. */
export const replicaBucketName = (bucketName: string, region: string): string => `${bucketName}-replica-${region}`;

/**
 * Where backups live: two regions, two keys, and three roles, so that a stolen backup job can neither read nor delete
 * finished backups, a restore cannot harm what it reads, and what removes old sets reads no data.
 */
export class BackupBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  /** May add objects, and nothing else; for the backup task. */
  readonly writerRoleArn: pulumi.Output<string>;
  /** May list and read; for verifications and drills. */
  readonly restoreRoleArn: pulumi.Output<string>;
  /** May remove finished sets that no lock holds; for the pruning task. */
  readonly pruneRoleArn: pulumi.Output<string>;
  /** May list and read, and restore a cluster's history; for people with MFA. Absent where none are named. */
  readonly recoveryRoleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: BackupBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:storage:BackupBucket", name, {}, opts);
    const { accountId, bucketName, dataProtection, ownership, region, replicaRegion, retentionLock } = args;
    const child = { parent: this };
    const tags = tagsFor("BackupBucket", ownership);
    const common = { component: "BackupBucket", ownership, dataProtection };

    const accessLog = new PrivateBucket(
      `${name}-access-log`,
      {
        ...common,
        bucketName: `${bucketName}-access-log`,
        region,
        lifecycleRules: [{ id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 365 } }],
        policyStatements: [logDelivery(`${bucketName}-access-log`, bucketName, accountId)],
      },
      child,
    );
    this.keyArn = new EncryptionKey(
      `${name}-key`,
      { description: `Backups in ${bucketName}`, accountId, ownership, dataProtection, region },
      child,
    ).arn;
    const copies = {
      ...common,
      // Copies stay where they are when the next ones are kept elsewhere; nothing deletes them but their age.
      dataProtection: dataProtection === "protected" ? ("retained" as const) : dataProtection,
      region: replicaRegion,
    };
    const replicaName = `${name}-replica-${replicaRegion}`;
    const replicaKeyArn = new EncryptionKey(
      `${replicaName}-key`,
      { ...copies, description: `Copies of the backups in ${bucketName}`, accountId },
      child,
    ).arn;

    const { oldVersionDays = 30, retentionDays = 30 } = args;
    const locked = retentionLock === undefined ? {} : { retentionLock };
    const primary = new PrivateBucket(
      `${name}-primary`,
      {
        ...common,
        ...locked,
        bucketName,
        region,
        lifecycleRules: [...args.incomingPrefixes.map(abandoned), ...cleaning(oldVersionDays)],
        keyArn: this.keyArn,
        accessLogBucket: accessLog.bucket,
      },
      child,
    );
    const replica = new PrivateBucket(
      replicaName,
      {
        ...copies,
        ...locked,
        bucketName: replicaBucketName(bucketName, replicaRegion),
        // Deletions do not reach the copies, so that nobody's mistake does: they go by their age.
        lifecycleRules: [oldCopies(retentionDays + oldVersionDays), ...cleaning(oldVersionDays)],
        keyArn: replicaKeyArn,
      },
      child,
    );
    this.bucket = primary.bucket;

    new BucketReplication(
      `${name}-replication`,
      {
        accountId,
        tags,
        source: primary,
        sourceKeyArn: this.keyArn,
        sourceRegion: region,
        replica,
        replicaKeyArn,
      },
      child,
    );
    const access = new BackupAccess(
      `${name}-access`,
      {
        accountId,
        tags,
        bucketArn: primary.arn,
        keyArn: this.keyArn,
        replicaArn: replica.arn,
        replicaKeyArn,
        ...(args.recovery === undefined ? {} : { recovery: args.recovery }),
      },
      child,
    );
    this.writerRoleArn = access.writerRoleArn;
    this.restoreRoleArn = access.restoreRoleArn;
    this.pruneRoleArn = access.pruneRoleArn;
    this.recoveryRoleArn = access.recoveryRoleArn;
    this.registerOutputs({
      bucket: this.bucket,
      keyArn: this.keyArn,
      writerRoleArn: this.writerRoleArn,
      restoreRoleArn: this.restoreRoleArn,
      pruneRoleArn: this.pruneRoleArn,
      recoveryRoleArn: this.recoveryRoleArn,
    });
  }
}

function validate(name: string, args: BackupBucketArgs): void {
  demand(
    args.replicaRegion !== args.region,
    `${name}.replicaRegion`,
    `the copy would stand in ${args.region} as well, and fall with it`,
    "Name another region.",
  );
  const retentionDays = args.retentionDays ?? 30;
  demand(
    Number.isInteger(retentionDays) && retentionDays >= 1,
    `${name}.retentionDays`,
    `${retentionDays} is no number of days`,
    "Use a whole number from 1.",
  );
  demand(
    (args.retentionLock?.days ?? 0) <= retentionDays,
    `${name}.retentionLock.days`,
    `the lock of ${args.retentionLock?.days} days outlives the retention of ${retentionDays} days`,
    "Lock for at most as long as the backups are kept.",
  );
  for (const prefix of args.incomingPrefixes) {
    demand(
      /^[\w.-]+(?:\/[\w.-]+)*\/incoming\/$/.test(prefix),
      `${name}.incomingPrefixes`,
      `"${prefix}" is no place of unfinished runs`,
      "Write it like production/incoming/: whatever else expires is a backup.",
    );
  }
  // The longest suffix of the physical names is that of the copy.
  const longest = 63 - replicaBucketName("", args.replicaRegion).length;
  demand(
    args.bucketName.length <= longest,
    `${name}.bucketName`,
    "the name leaves no room for its suffixes",
    `Use ${longest} or fewer characters.`,
  );
}

const everything = { status: "Enabled", filter: { prefix: "" } };

/** A killed run's uploads; the next run removes them, and this is for the case that there is none. */
const abandoned = (prefix: string): LifecycleRule => ({
  id: `expire-${prefix.replaceAll("/", "-").replace(/-$/, "")}`,
  status: "Enabled",
  filter: { prefix },
  expiration: { days: 30 },
});

const oldCopies = (days: number): LifecycleRule => ({ id: "expire-copies", ...everything, expiration: { days } });

/** Remains of a promotion that died get delete markers from pruning, and no rule but this frees what is below them. */
const cleaning = (oldVersionDays: number): readonly LifecycleRule[] => [
  { id: "expire-old-versions", ...everything, noncurrentVersionExpiration: { noncurrentDays: oldVersionDays } },
  // S3 refuses a rule that names both days and delete markers.
  { id: "drop-lone-delete-markers", ...everything, expiration: { expiredObjectDeleteMarker: true } },
  { id: "abort-unfinished-uploads", ...everything, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
];

/** The right that S3's log service needs to deliver the source bucket's access log. */
function logDelivery(logBucketName: string, sourceBucketName: string, accountId: string): Statement {
  return {
    Sid: "DeliverAccessLog",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::${logBucketName}/${sourceBucketName}/*`,
    Condition: {
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${sourceBucketName}` },
      StringEquals: { "aws:SourceAccount": accountId },
    },
  };
}
