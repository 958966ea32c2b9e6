import * as s3 from "@pulumi/aws/s3/index.js";
import type * as inputs from "@pulumi/aws/types/input.js";
import * as pulumi from "@pulumi/pulumi";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";
import { policyDocument, type Statement, tlsOnly } from "./policy-document.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface RetentionLock {
  /** `COMPLIANCE`: nobody, not even the root user, shortens it. `GOVERNANCE`: a special permission may. */
  readonly mode: "GOVERNANCE" | "COMPLIANCE";
  readonly days: number;
}

export interface PrivateBucketArgs {
  /** The bucket's name, unique in the whole world: 3 to 63 lower-case letters, digits and hyphens. */
  readonly bucketName: string;
  /** The class that the bucket's `Component` tag names. */
  readonly component: string;
  readonly ownership: Ownership;
  readonly dataProtection: DataProtection;
  /** Lifecycle rules; each needs an id and a filter. */
  readonly lifecycleRules: readonly LifecycleRule[];
  /** The customer-managed key. @default S3's own key (AES256), which only log buckets need */
  readonly keyArn?: pulumi.Input<string>;
  /** Objects can be neither changed nor deleted for this long. @default no lock */
  readonly retentionLock?: RetentionLock;
  /** The bucket that receives the access log, in the same region; one that exists already. @default no access log */
  readonly accessLogBucket?: pulumi.Input<string>;
  /** Statements beside the TLS and encryption rules. @default none */
  readonly policyStatements?: readonly Statement[];
  /** @default the provider's region */
  readonly region?: string;
}

export type LifecycleRule = inputs.s3.BucketLifecycleConfigurationRule;

/** An S3 bucket that only its account reads: versioned, encrypted, TLS only, without access-control lists. */
export class PrivateBucket extends pulumi.ComponentResource {
  /** Known at preview, as the name is. */
  readonly arn: string;
  readonly bucketName: string;
  /** The name as an output of the bucket: whoever uses it waits for the bucket. */
  readonly bucket: pulumi.Output<string>;
  /** The name as an output of the bucket and its policy: for services that try to write as soon as they are told. */
  readonly ready: pulumi.Output<string>;
  /** For whoever needs versioning to be on first, as replication does. */
  readonly versioning: s3.BucketVersioning;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:storage:PrivateBucket", name, {}, opts);
    const { region, retentionLock } = args;
    this.bucketName = args.bucketName;
    this.arn = `arn:aws:s3:::${args.bucketName}`;
    const resource = new s3.Bucket(
      name,
      {
        bucket: args.bucketName,
        objectLockEnabled: retentionLock !== undefined,
        tags: tagsFor(args.component, args.ownership),
        region,
      },
      pulumi.mergeOptions(dataOptions(args.dataProtection), { parent: this }),
    );
    const { bucket } = resource;
    this.bucket = bucket;
    // What decides how the bucket is kept goes when it goes: one that is left in the cloud stays as closed as it was.
    const child = { parent: this, deletedWith: resource };
    const access = new s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
        region,
      },
      child,
    );
    new s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" }, region },
      child,
    );
    this.versioning = new s3.BucketVersioning(
      `${name}-versioning`,
      { bucket, versioningConfiguration: { status: "Enabled" }, region },
      child,
    );
    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { bucket, rules: [encryption(args.keyArn)], region },
      child,
    );
    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket, rules: [...args.lifecycleRules], region },
      // S3 refuses rules about old versions while versioning is still being switched on.
      { ...child, dependsOn: this.versioning },
    );
    if (retentionLock !== undefined) {
      new s3.BucketObjectLockConfiguration(
        `${name}-lock`,
        { bucket, rule: { defaultRetention: { ...retentionLock } }, region },
        { ...child, dependsOn: this.versioning },
      );
    }
    if (args.accessLogBucket !== undefined) {
      new s3.BucketLogging(
        `${name}-access-log`,
        { bucket, targetBucket: args.accessLogBucket, targetPrefix: `${args.bucketName}/`, region },
        child,
      );
    }
    this.ready = new s3.BucketPolicy(
      `${name}-policy`,
      { bucket, policy: policyDocument(bucketStatements(this.arn, args)), region },
      // Two writers of the bucket's access rules at once: S3 answers 409 OperationAborted.
      { ...child, dependsOn: access },
    ).bucket;
    this.registerOutputs({ arn: this.arn, bucket });
  }
}

function validate(name: string, args: PrivateBucketArgs): void {
  demand(
    // The provider accepts capitals; S3 refuses them only when the bucket is created.
    /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(args.bucketName),
    `${name}.bucketName`,
    `"${args.bucketName}" is no bucket name`,
    "Use 3 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.",
  );
  const days = args.retentionLock?.days ?? 1;
  demand(
    Number.isInteger(days) && days >= 1 && days <= 36_500,
    `${name}.retentionLock.days`,
    `${days} is no retention`,
    "Use 1 to 36500 whole days.",
  );
  for (const rule of args.lifecycleRules) {
    const acts = rule.expiration ?? rule.noncurrentVersionExpiration ?? rule.abortIncompleteMultipartUpload;
    demand(
      rule.filter !== undefined && (acts ?? rule.transitions ?? rule.noncurrentVersionTransitions) !== undefined,
      `${name}.lifecycleRules.${rule.id}`,
      "the rule has no filter or no action, so it does nothing",
      'Give it a filter ({ prefix: "" } for every object) and an expiry, transition or abort.',
    );
  }
}

function encryption(keyArn: pulumi.Input<string> | undefined) {
  if (keyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: keyArn },
    // One data key for many objects: KMS bills each request otherwise.
    bucketKeyEnabled: true,
  };
}

function bucketStatements(bucketArn: string, args: PrivateBucketArgs): readonly Statement[] {
  const underOwnKey: Statement = {
    Sid: "RefuseOtherEncryption",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:PutObject",
    Resource: `${bucketArn}/*`,
    // An upload that names no encryption gets the bucket's default, which is the key: only other wishes are refused.
    Condition: {
      StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" },
      Null: { "s3:x-amz-server-side-encryption": "false" },
    },
  };
  return [...tlsOnly(bucketArn), ...(args.keyArn === undefined ? [] : [underOwnKey]), ...(args.policyStatements ?? [])];
}
