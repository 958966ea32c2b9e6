import * as pulumi from "@pulumi/pulumi";
import type { DataProtection } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";
import type { Statement } from "./policy-document.ts";
import { type LifecycleRule, PrivateBucket, type RetentionLock } from "./private-bucket.ts";
import type { Ownership } from "./tags.ts";

/** How long each class of log is kept, in days. */
export interface LogRetention {
  /** Who changed what in the account; auditors ask for years. */
  readonly auditDays: number;
  /** Who asked the load balancers for what. */
  readonly accessDays: number;
}

export interface LogArchiveArgs {
  /** Unique in the world. */
  readonly bucketName: string;
  readonly accountId: string;
  readonly region: string;
  readonly ownership: Ownership;
  readonly dataProtection: DataProtection;
  readonly retention: LogRetention;
  /** Lines can be neither changed nor deleted for this long. @default no lock */
  readonly retentionLock?: RetentionLock;
  /** The trails that write here; their ARNs are `arn:aws:cloudtrail:<region>:<account>:trail/<name>`. */
  readonly trailNames: readonly string[];
  /** The load balancers that write here. @default none */
  readonly loadBalancerNames?: readonly string[];
}

/** The one place where an account's logs end, each class for its own time. */
export class LogArchive extends pulumi.ComponentResource {
  /** The name as an output of the bucket and its policy: whoever writes waits for both. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: LogArchiveArgs, opts?: pulumi.ComponentResourceOptions) {
    const { accessDays, auditDays } = args.retention;
    for (const [key, days] of Object.entries({ accessDays, auditDays })) {
      demand(
        Number.isInteger(days) && days > coldAfterDays,
        `${name}.retention.${key}`,
        `${days} days are fewer than the ${coldAfterDays} after which logs move to cold storage`,
        "Keep them longer.",
      );
    }
    super("thorbis:audit:LogArchive", name, {}, opts);
    const { bucketName, dataProtection, ownership, region } = args;
    const store = new PrivateBucket(
      `${name}-store`,
      {
        bucketName,
        component: "LogArchive",
        ownership,
        dataProtection,
        region,
        ...(args.retentionLock === undefined ? {} : { retentionLock: args.retentionLock }),
        // S3's own key: load balancers cannot write under a customer's. CloudTrail brings its key itself.
        lifecycleRules: [expiry("audit", auditDays), expiry("access", accessDays), cleaning],
        policyStatements: [...trailStatements(args), ...balancerStatements(args)],
      },
      { parent: this },
    );
    this.bucket = store.ready;
    this.registerOutputs({ bucket: this.bucket });
  }
}

const coldAfterDays = 90;

function expiry(prefix: string, days: number): LifecycleRule {
  return {
    id: `expire-${prefix}`,
    status: "Enabled",
    filter: { prefix: `${prefix}/` },
    transitions: [{ days: coldAfterDays, storageClass: "GLACIER_IR" }],
    expiration: { days },
    noncurrentVersionExpiration: { noncurrentDays: 30 },
  };
}

const cleaning: LifecycleRule = {
  id: "abort-unfinished-uploads",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
};

function trailStatements({ accountId, bucketName, region, trailNames }: LogArchiveArgs): readonly Statement[] {
  const bucketArn = `arn:aws:s3:::${bucketName}`;
  return trailNames.flatMap((trail, index) => {
    const source = { "aws:SourceArn": `arn:aws:cloudtrail:${region}:${accountId}:trail/${trail}` };
    const Principal = { Service: "cloudtrail.amazonaws.com" };
    return [
      {
        Sid: `TrailAsks${index}`,
        Effect: "Allow",
        Principal,
        Action: "s3:GetBucketAcl",
        Resource: bucketArn,
        Condition: { StringEquals: source },
      },
      {
        Sid: `TrailWrites${index}`,
        Effect: "Allow",
        Principal,
        Action: "s3:PutObject",
        Resource: `${bucketArn}/audit/AWSLogs/${accountId}/*`,
        Condition: { StringEquals: { ...source, "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
    ] satisfies Statement[];
  });
}

function balancerStatements({ accountId, bucketName, loadBalancerNames = [] }: LogArchiveArgs): readonly Statement[] {
  return loadBalancerNames.map((balancer, index) => ({
    Sid: `BalancerWrites${index}`,
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `arn:aws:s3:::${bucketName}/access/${balancer}/AWSLogs/${accountId}/*`,
  }));
}
