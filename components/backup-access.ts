import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "./policy-document.ts";
import { ServiceRole } from "./service-role.ts";
import type { Tags } from "./tags.ts";

export interface BackupAccessArgs {
  readonly accountId: string;
  readonly tags: Tags;
  readonly bucketArn: string;
  readonly keyArn: pulumi.Input<string>;
  /** People or roles that may take the restore role, with MFA, beside the drill's tasks. @default none */
  readonly restoreOperatorArns?: readonly string[];
}

/** Two roles that never meet: one adds backups and cannot read them, the other reads and cannot change them. */
export class BackupAccess extends pulumi.ComponentResource {
  readonly writerRoleArn: pulumi.Output<string>;
  readonly restoreRoleArn: pulumi.Output<string>;

  constructor(name: string, args: BackupAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:security:BackupAccess", name, {}, opts);
    const { accountId, bucketArn, keyArn, restoreOperatorArns = [], tags } = args;
    this.writerRoleArn = new ServiceRole(
      `${name}-writer`,
      {
        description: "Adds backups; reads, changes and deletes nothing",
        tags,
        trust: { service: "ecs-tasks.amazonaws.com", accountId },
        statements: adding(bucketArn, keyArn),
      },
      { parent: this },
    ).arn;
    this.restoreRoleArn = new ServiceRole(
      `${name}-restore`,
      {
        description: "Lists and reads backups, for restores and drills",
        tags,
        trust: { policy: policyDocument(trustRestorers(accountId, restoreOperatorArns)) },
        statements: reading(bucketArn, keyArn),
      },
      { parent: this },
    ).arn;
    this.registerOutputs({ writerRoleArn: this.writerRoleArn, restoreRoleArn: this.restoreRoleArn });
  }
}

/** A multipart upload of an encrypted object needs kms:Decrypt; without s3:GetObject that opens nothing. */
function adding(bucketArn: string, keyArn: pulumi.Input<string>): readonly Statement[] {
  return [
    {
      Sid: "AddObjects",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
      Resource: `${bucketArn}/*`,
    },
    { Sid: "Encrypt", Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: keyArn },
  ];
}

function reading(bucketArn: string, keyArn: pulumi.Input<string>): readonly Statement[] {
  return [
    { Sid: "List", Effect: "Allow", Action: ["s3:ListBucket", "s3:ListBucketVersions"], Resource: bucketArn },
    { Sid: "Read", Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: `${bucketArn}/*` },
    { Sid: "Decrypt", Effect: "Allow", Action: "kms:Decrypt", Resource: keyArn },
  ];
}

function trustRestorers(accountId: string, operatorArns: readonly string[]): readonly Statement[] {
  const drills: Statement = {
    Sid: "TrustDrills",
    Effect: "Allow",
    Principal: { Service: "ecs-tasks.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  };
  const operators: Statement = {
    Sid: "TrustOperators",
    Effect: "Allow",
    Principal: { AWS: operatorArns },
    Action: "sts:AssumeRole",
    Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
  };
  return operatorArns.length > 0 ? [drills, operators] : [drills];
}
