import * as s3 from "@pulumi/aws/s3/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "./policy-document.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import { ServiceRole } from "./service-role.ts";
import type { Tags } from "./tags.ts";

export interface BucketReplicationArgs {
  readonly accountId: string;
  readonly tags: Tags;
  readonly source: PrivateBucket;
  readonly sourceKeyArn: pulumi.Input<string>;
  readonly sourceRegion: string;
  readonly replica: PrivateBucket;
  readonly replicaKeyArn: pulumi.Input<string>;
}

/** Copies every object of one bucket to another within 15 minutes, and measures that it does. */
export class BucketReplication extends pulumi.ComponentResource {
  constructor(name: string, args: BucketReplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:storage:BucketReplication", name, {}, opts);
    const { accountId, replica, source, sourceRegion, tags } = args;
    const role = new ServiceRole(
      `${name}-role`,
      {
        description: `S3 copies the objects of ${source.bucketName} to ${replica.bucketName}`,
        tags,
        trust: { service: "s3.amazonaws.com", accountId },
        statements: copying(args),
      },
      { parent: this },
    );
    new s3.BucketReplicationConfig(
      name,
      { bucket: source.bucket, role: role.arn, rules: [everything(args)], region: sourceRegion },
      // S3 refuses replication while either side has no versioning, and checks the role at once.
      { parent: this, dependsOn: [source.versioning, replica.versioning, role] },
    );
    this.registerOutputs();
  }
}

function everything({ replica, replicaKeyArn }: BucketReplicationArgs) {
  return {
    id: "everything",
    status: "Enabled",
    priority: 1,
    filter: { prefix: "" },
    // A deletion in one region must not reach the other.
    deleteMarkerReplication: { status: "Disabled" },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
    destination: {
      bucket: replica.arn,
      storageClass: "STANDARD_IA",
      encryptionConfiguration: { replicaKmsKeyId: replicaKeyArn },
      replicationTime: { status: "Enabled", time: { minutes: 15 } },
      metrics: { status: "Enabled", eventThreshold: { minutes: 15 } },
    },
  };
}

function copying({ replica, replicaKeyArn, source, sourceKeyArn }: BucketReplicationArgs): readonly Statement[] {
  return [
    {
      Sid: "ReadConfiguration",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: source.arn,
    },
    {
      Sid: "ReadVersions",
      Effect: "Allow",
      Action: [
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
      ],
      Resource: `${source.arn}/*`,
    },
    {
      Sid: "WriteCopies",
      Effect: "Allow",
      Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: `${replica.arn}/*`,
    },
    { Sid: "Decrypt", Effect: "Allow", Action: "kms:Decrypt", Resource: sourceKeyArn },
    { Sid: "Encrypt", Effect: "Allow", Action: "kms:GenerateDataKey", Resource: replicaKeyArn },
  ];
}
