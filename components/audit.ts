import * as cloudtrail from "@pulumi/aws/cloudtrail/index.js";
import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as guardduty from "@pulumi/aws/guardduty/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { DataProtection } from "./data-protection.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { LogArchive, type LogRetention } from "./log-archive.ts";
import type { RetentionLock } from "./private-bucket.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface AuditArgs {
  /** The archive's bucket, unique in the world. */
  readonly archiveBucketName: string;
  readonly accountId: string;
  readonly region: string;
  readonly ownership: Ownership;
  readonly dataProtection: DataProtection;
  readonly retention: LogRetention;
  /** Lines can be neither changed nor deleted for this long. @default no lock */
  readonly retentionLock?: RetentionLock;
  /** Buckets whose every read and write is on record, as ARNs. @default none */
  readonly watchedBucketArns?: readonly string[];
  /** Load balancers that keep their access log here. @default none */
  readonly loadBalancerNames?: readonly string[];
  /** The topic that hears of a serious finding; EventBridge must be allowed to publish to it. */
  readonly findingsTopicArn: pulumi.Input<string>;
}

/** Who did what in the account, kept where nobody changes it, and somebody who watches for intruders. */
export class Audit extends pulumi.ComponentResource {
  readonly archiveBucket: pulumi.Output<string>;

  constructor(name: string, args: AuditArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:audit:Audit", name, {}, opts);
    const { accountId, dataProtection, ownership, region, retention } = args;
    const child = { parent: this };
    const tags = tagsFor("Audit", ownership);
    const archive = new LogArchive(
      `${name}-logs`,
      {
        bucketName: args.archiveBucketName,
        accountId,
        region,
        ownership,
        dataProtection,
        retention,
        ...(args.retentionLock === undefined ? {} : { retentionLock: args.retentionLock }),
        trailNames: [name],
        loadBalancerNames: args.loadBalancerNames ?? [],
      },
      child,
    );
    const key = new EncryptionKey(
      `${name}-key`,
      {
        description: "The account's audit trail",
        accountId,
        ownership,
        dataProtection,
        services: ["cloudtrail.amazonaws.com"],
        region,
      },
      child,
    );
    new cloudtrail.Trail(
      name,
      {
        name,
        s3BucketName: archive.bucket,
        s3KeyPrefix: "audit",
        kmsKeyId: key.arn,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        // Signed digests: a line that somebody removed is missed.
        enableLogFileValidation: true,
        advancedEventSelectors: selectors(args.watchedBucketArns ?? []),
        tags,
        region,
      },
      child,
    );
    new guardduty.Detector(
      `${name}-detector`,
      { enable: true, findingPublishingFrequency: "FIFTEEN_MINUTES", tags, region },
      child,
    );
    const serious = new cloudwatch.EventRule(
      `${name}-findings`,
      {
        name: `${name}-findings`,
        description: "GuardDuty findings of severity 7 and more",
        eventPattern: JSON.stringify({
          source: ["aws.guardduty"],
          "detail-type": ["GuardDuty Finding"],
          detail: { severity: [{ numeric: [">=", 7] }] },
        }),
        tags,
        region,
      },
      child,
    );
    new cloudwatch.EventTarget(
      `${name}-findings-notice`,
      { rule: serious.name, targetId: "topic", arn: args.findingsTopicArn, region },
      child,
    );
    this.archiveBucket = archive.bucket;
    this.registerOutputs({ archiveBucket: this.archiveBucket });
  }
}

function selectors(watchedBucketArns: readonly string[]) {
  const management = {
    name: "Every change and every look",
    fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }],
  };
  if (watchedBucketArns.length === 0) return [management];
  const data = {
    name: "Objects of the watched buckets",
    fieldSelectors: [
      { field: "eventCategory", equals: ["Data"] },
      { field: "resources.type", equals: ["AWS::S3::Object"] },
      { field: "resources.ARN", startsWiths: watchedBucketArns.map((arn) => `${arn}/`) },
    ],
  };
  return [management, data];
}
