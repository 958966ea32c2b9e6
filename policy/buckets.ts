/** What the bucket rules share: which buckets hold backups, and the resources that configure a bucket. */
import { text } from "./properties.ts";
import { setting } from "./rule.ts";
import type { Stack } from "./stack.ts";
import type { Subject } from "./subject.ts";

export const BUCKET = "aws:s3/bucket:Bucket";
/** Older programs and older names of the same resource. */
export const BUCKET_TYPES = [BUCKET, "aws:s3/bucketV2:BucketV2"];

export const backupSettings = {
  backupPattern: setting.text("backup|dump", "Expression for names (logical or real) of buckets that hold backups"),
};

/** Where S3 writes its own access log: it can hold neither backups nor a customer key. */
const ACCESS_LOG = /access-?logs?(-bucket)?$/i;

export function isBackup(bucket: Subject, pattern: string): boolean {
  const expression = new RegExp(pattern, "i");
  if (ACCESS_LOG.test(bucket.name)) return false;
  if (expression.test(bucket.name)) return true;
  // A real name that is unknown comes from the logical one.
  try {
    return expression.test(text(bucket.props.bucket) ?? "");
  } catch {
    return false;
  }
}

export const buckets = (stack: Stack): readonly Subject[] => stack.ofType(...BUCKET_TYPES);

/** The resources of a type, under its present or its older `V2` name, that configure a bucket. */
export const configuring = (stack: Stack, bucket: Subject, type: string): readonly Subject[] => [
  ...stack.referring(bucket, type, "bucket"),
  ...stack.referring(bucket, type.replace(/:(\w+\/\w+):(\w+)$/, ":$1V2:$2V2"), "bucket"),
];
