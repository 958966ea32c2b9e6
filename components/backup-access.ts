import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "./policy-document.ts";
import { type Recovery, recovering, recoverySessionSeconds, trustOperators } from "./recovery-rights.ts";
import { ServiceRole } from "./service-role.ts";
import type { Tags } from "./tags.ts";

export interface BackupAccessArgs {
  readonly accountId: string;
  readonly tags: Tags;
  readonly bucketArn: string;
  readonly keyArn: pulumi.Input<string>;
  /** The copy, from which a restore reads when the region is lost, and its key. */
  readonly replicaArn: string;
  readonly replicaKeyArn: pulumi.Input<string>;
  /** Whoever restores by hand gets a role apart from the tasks'. @default none: only the drill's tasks restore */
  readonly recovery?: Recovery;
}

/**
 * Three roles that never meet: one adds backups and cannot read finished ones, one reads and changes none, one removes
 * what retention lets go and reads no data. operations/jobs/rights.test.ts holds them to the calls that are made. People
 * have a fourth: it reads as the second does, and makes clusters, which no task needs to.
 */
export class BackupAccess extends pulumi.ComponentResource {
  readonly writerRoleArn: pulumi.Output<string>;
  readonly restoreRoleArn: pulumi.Output<string>;
  readonly pruneRoleArn: pulumi.Output<string>;
  readonly recoveryRoleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: BackupAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:security:BackupAccess", name, {}, opts);
    const { accountId, bucketArn, keyArn, recovery, tags } = args;
    const role = (duty: string, description: string, statements: readonly Statement[]) =>
      new ServiceRole(
        `${name}-${duty}`,
        { description, tags, trust: { service: "ecs-tasks.amazonaws.com", accountId }, statements },
        { parent: this },
      ).arn;
    this.writerRoleArn = role("writer", "Adds backups; reads and deletes no finished one", adding(bucketArn, keyArn));
    this.pruneRoleArn = role(
      "prune",
      "Removes backups that retention lets go; reads their descriptions alone",
      removing(bucketArn, keyArn),
    );
    this.restoreRoleArn = role("restore", "Lists and reads backups, for verifications and drills", reading(args));
    this.recoveryRoleArn =
      recovery === undefined
        ? undefined
        : new ServiceRole(
            `${name}-recovery`,
            {
              description: "People restore with it, with MFA: sets, and a second of the cluster's history",
              tags,
              trust: { policy: policyDocument([trustOperators(recovery)]) },
              statements: [...reading(args), ...recovering(accountId, recovery)],
              maxSessionSeconds: recoverySessionSeconds,
            },
            { parent: this },
          ).arn;
    const { pruneRoleArn, recoveryRoleArn, restoreRoleArn, writerRoleArn } = this;
    this.registerOutputs({ writerRoleArn, restoreRoleArn, pruneRoleArn, recoveryRoleArn });
  }
}

/**
 * A run uploads below `incoming/`, proves there what it wrote, has S3 copy it to `sets/`, and reads the descriptions of
 * earlier sets. What is promoted it can neither read nor delete: what a killed run left there it hands to pruning.
 */
function adding(bucketArn: string, keyArn: pulumi.Input<string>): readonly Statement[] {
  return [
    { Sid: "List", Effect: "Allow", Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads"], Resource: bucketArn },
    {
      Sid: "OwnRun",
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      Resource: `${bucketArn}/*/incoming/*`,
    },
    {
      Sid: "Promote",
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:GetObjectRetention", "s3:PutObject", "s3:PutObjectRetention"],
      Resource: `${bucketArn}/*/sets/*`,
    },
    {
      Sid: "HandOverRemains",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: `${bucketArn}/*/tombstones/*`,
    },
    readingDescriptions(bucketArn),
    { Sid: "Encrypt", Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: keyArn },
    measuring,
  ];
}

/** What a set is, and what was found out about it; none of its data. */
const readingDescriptions = (bucketArn: string, ...more: string[]): Statement => ({
  Sid: "ReadDescriptions",
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: [
    `${bucketArn}/*/sets/*/manifest.json`,
    `${bucketArn}/*/sets/*/manifest.json.sig`,
    `${bucketArn}/*/sets/*/proofs/*`,
    ...more,
  ],
});

/** Object lock still holds: no role may skip it. A tombstone stands while a set is being removed. */
function removing(bucketArn: string, keyArn: pulumi.Input<string>): readonly Statement[] {
  const tombstones = `${bucketArn}/*/tombstones/*`;
  return [
    { Sid: "List", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
    readingDescriptions(bucketArn, tombstones),
    {
      Sid: "Remove",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObjectRetention"],
      Resource: `${bucketArn}/*/sets/*`,
    },
    { Sid: "Bury", Effect: "Allow", Action: ["s3:DeleteObject", "s3:PutObject"], Resource: tombstones },
    { Sid: "UseKey", Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: keyArn },
    measuring,
  ];
}

/** From either region; a drill also leaves its proof beside the set that it restored. */
function reading({ bucketArn, keyArn, replicaArn, replicaKeyArn }: BackupAccessArgs): readonly Statement[] {
  return [
    { Sid: "List", Effect: "Allow", Action: "s3:ListBucket", Resource: [bucketArn, replicaArn] },
    {
      Sid: "Read",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: [`${bucketArn}/*`, `${replicaArn}/*`],
    },
    {
      Sid: "LeaveProofs",
      Effect: "Allow",
      Action: "s3:PutObject",
      Resource: [`${bucketArn}/*/sets/*/proofs/*`, `${bucketArn}/*/drills/*`],
    },
    { Sid: "UseKey", Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: keyArn },
    { Sid: "OpenCopies", Effect: "Allow", Action: "kms:Decrypt", Resource: replicaKeyArn },
    measuring,
  ];
}

/** The alarms on missing and unverified backups hear from the jobs themselves. */
const measuring: Statement = {
  Sid: "Measure",
  Effect: "Allow",
  Action: "cloudwatch:PutMetricData",
  Resource: "*",
  Condition: { StringEquals: { "cloudwatch:namespace": "Thorbis/Database" } },
};
