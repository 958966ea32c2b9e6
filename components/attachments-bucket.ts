import * as s3 from "@pulumi/aws/s3/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope } from "./alarms/alarm.ts";
import type { DataProtection } from "./data-protection.ts";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { EncryptionKey } from "./encryption-key.ts";
import { demand } from "./invalid-argument.ts";
import { policyDocument, type Statement } from "./policy-document.ts";
import { type LifecycleRule, PrivateBucket } from "./private-bucket.ts";
import { statedArn } from "./stated-arn.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface AttachmentsBucketArgs {
  /** Unique in the world. */
  readonly bucketName: string;
  readonly accountId: string;
  readonly region: string;
  /** The web applications that upload from a browser, for example `https://help.thorbis.com`. */
  readonly allowedOrigins: readonly string[];
  /** File types that may be uploaded. @default png, jpeg, pdf and plain text, from HelpDesk's guide */
  readonly allowedMimeTypes?: readonly string[];
  /** @default 26214400 (25 MiB), from HelpDesk's guide */
  readonly maxBytes?: number;
  /** The role of the scanner: the only one that may read and tag what is not yet known to be clean. */
  readonly scannerRoleArn: string;
  readonly ownership: Ownership;
  readonly dataProtection: DataProtection;
  /** Who is told when a file could not be scanned. */
  readonly alarms: Omit<AlarmScope, "parent">;
}

/**
 * Customers' files. An upload is reported to the scanner's queue and nobody can read it until the scanner has tagged
 * it `malware-scan=clean`. Browsers upload with a signed form: S3 enforces size and type there and only there, so the
 * limits that the application has to sign are an output.
 */
export class AttachmentsBucket extends pulumi.ComponentResource {
  readonly bucket: pulumi.Output<string>;
  readonly keyArn: pulumi.Output<string>;
  /** Where the scanner hears of new files. */
  readonly scanQueueUrl: pulumi.Output<string>;
  /** What the application may do: statements for its task role. */
  readonly applicationStatements: readonly Statement[];
  /**
   * What the application signs into each upload form, since S3 checks it there: `["content-length-range", 1, maxBytes]`
   * and `["eq", "$Content-Type", type]` with the announced type, if it is one of these.
   */
  readonly uploadLimits: { readonly maxBytes: number; readonly mimeTypes: readonly string[] };

  constructor(name: string, args: AttachmentsBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:storage:AttachmentsBucket", name, {}, opts);
    const { accountId, alarms, bucketName, dataProtection, ownership, region } = args;
    const child = { parent: this };
    const tags = tagsFor("AttachmentsBucket", ownership);
    this.keyArn = new EncryptionKey(
      `${name}-key`,
      {
        description: `Attachments in ${bucketName}`,
        accountId,
        ownership,
        dataProtection,
        services: ["s3.amazonaws.com"],
        region,
      },
      child,
    ).arn;
    const store = new PrivateBucket(
      `${name}-store`,
      {
        bucketName,
        component: "AttachmentsBucket",
        ownership,
        dataProtection,
        region,
        keyArn: this.keyArn,
        lifecycleRules: lifecycle,
        policyStatements: [cleanOnly(bucketName, args.scannerRoleArn), scannerTags(bucketName, args.scannerRoleArn)],
      },
      child,
    );
    new s3.BucketCorsConfiguration(
      `${name}-cors`,
      {
        bucket: store.bucket,
        corsRules: [
          {
            allowedOrigins: [...args.allowedOrigins],
            allowedMethods: ["GET", "POST"],
            allowedHeaders: ["content-type"],
            exposeHeaders: ["ETag"],
            maxAgeSeconds: 3600,
          },
        ],
        region,
      },
      child,
    );
    const deadLetters = new DeadLetterQueue(`${name}-unscanned`, { accountId, alarms, tags, region }, child);
    const queue = new sqs.Queue(
      `${name}-scan`,
      {
        name: `${name}-scan`,
        kmsMasterKeyId: this.keyArn,
        // Longer than a scan of the largest file takes.
        visibilityTimeoutSeconds: 300,
        messageRetentionSeconds: 4 * 86_400,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 }),
        tags,
        region,
      },
      child,
    );
    const queueArn = statedArn(queue, `arn:aws:sqs:${region}:${accountId}:${name}-scan`);
    const admitted = new sqs.QueuePolicy(
      `${name}-scan-policy`,
      { queueUrl: queue.url, policy: reports(queueArn, store.arn, accountId), region },
      child,
    );
    new s3.BucketNotification(
      `${name}-uploads`,
      {
        bucket: store.bucket,
        queues: [{ id: "scan", queueArn, events: ["s3:ObjectCreated:*"] }],
        region,
      },
      // S3 tries the queue when the notification is declared.
      { parent: this, dependsOn: admitted },
    );
    this.bucket = store.bucket;
    this.scanQueueUrl = queue.url;
    this.applicationStatements = exchange(store.arn, this.keyArn);
    this.uploadLimits = {
      maxBytes: args.maxBytes ?? 26_214_400,
      mimeTypes: args.allowedMimeTypes ?? helpdeskMimeTypes,
    };
    this.registerOutputs({ bucket: this.bucket, keyArn: this.keyArn, scanQueueUrl: this.scanQueueUrl });
  }
}

const helpdeskMimeTypes = ["image/png", "image/jpeg", "application/pdf", "text/plain"];

function validate(name: string, args: AttachmentsBucketArgs): void {
  const { allowedMimeTypes = helpdeskMimeTypes, allowedOrigins, maxBytes = 1 } = args;
  for (const origin of allowedOrigins) {
    demand(
      /^https:\/\/[a-z0-9.-]+(:\d+)?$|^http:\/\/([a-z0-9-]+\.)*localhost(:\d+)?$/.test(origin),
      `${name}.allowedOrigins`,
      `"${origin}" is no origin of an application`,
      "Write it like https://help.thorbis.com, without a path and without a star.",
    );
  }
  demand(allowedOrigins.length > 0, `${name}.allowedOrigins`, "no application could upload", "Name one.");
  demand(
    Number.isInteger(maxBytes) && maxBytes >= 1 && maxBytes <= 5_368_709_120,
    `${name}.maxBytes`,
    `${maxBytes} bytes are no size of an upload`,
    "Use 1 to 5368709120 (5 GiB, the most that a form can carry).",
  );
  for (const type of allowedMimeTypes) {
    demand(
      /^[a-z]+\/[a-z0-9.+-]+$/.test(type) && !/html|svg|javascript/.test(type),
      `${name}.allowedMimeTypes`,
      `"${type}" is no type that is safe to serve`,
      "Name types that browsers do not run, for example application/pdf.",
    );
  }
}

const everything = { status: "Enabled", filter: { prefix: "" } };
const lifecycle: readonly LifecycleRule[] = [
  { id: "cool-old-files", ...everything, transitions: [{ days: 90, storageClass: "STANDARD_IA" }] },
  { id: "expire-old-versions", ...everything, noncurrentVersionExpiration: { noncurrentDays: 30 } },
  { id: "abort-unfinished-uploads", ...everything, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
];

function cleanOnly(bucketName: string, scannerRoleArn: string): Statement {
  return {
    Sid: "RefuseWhatIsNotClean",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:GetObject", "s3:GetObjectVersion"],
    Resource: `arn:aws:s3:::${bucketName}/*`,
    Condition: {
      StringNotEquals: { "s3:ExistingObjectTag/malware-scan": "clean" },
      ArnNotEquals: { "aws:PrincipalArn": scannerRoleArn },
    },
  };
}

/** Otherwise whoever uploads could also declare the file clean. */
function scannerTags(bucketName: string, scannerRoleArn: string): Statement {
  return {
    Sid: "OnlyTheScannerTags",
    Effect: "Deny",
    Principal: "*",
    Action: ["s3:PutObjectTagging", "s3:PutObjectVersionTagging"],
    Resource: `arn:aws:s3:::${bucketName}/*`,
    Condition: { ArnNotEquals: { "aws:PrincipalArn": scannerRoleArn } },
  };
}

function reports(queueArn: pulumi.Output<string>, bucketArn: string, accountId: string): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "BucketReports",
      Effect: "Allow",
      Principal: { Service: "s3.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": bucketArn }, StringEquals: { "aws:SourceAccount": accountId } },
    },
  ]);
}

function exchange(bucketArn: string, keyArn: pulumi.Output<string>): readonly Statement[] {
  return [
    {
      Sid: "ExchangeAttachments",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"],
      Resource: `${bucketArn}/*`,
    },
    {
      Sid: "EncryptAttachments",
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: keyArn,
    },
  ];
}
