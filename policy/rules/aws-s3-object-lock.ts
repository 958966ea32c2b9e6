import { BUCKET_TYPES, backupSettings, buckets, configuring, isBackup } from "../buckets.ts";
import { pci, soc2 } from "../frameworks.ts";
import { at, map, number, text } from "../properties.ts";
import { productionAdvice, setting, stackRule } from "../rule.ts";

export const awsS3ObjectLock = stackRule({
  name: "aws-s3-object-lock",
  title: "Backups cannot be deleted early",
  description:
    "A production bucket that holds backups has object lock with a default retention, so that no mistake and no intruder deletes them.",
  severity: "high",
  frameworks: [pci("10.3.3"), soc2("A1.2")],
  remediation:
    "Create the bucket with objectLockEnabled and add a BucketObjectLockConfiguration with a default retention.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
  levels: productionAdvice,
  types: BUCKET_TYPES,
  settings: { ...backupSettings, minimumDays: setting.integer(30, "Least default retention, days") },
  check(stack, context) {
    context.each(buckets(stack), (bucket) => {
      if (!isBackup(bucket, context.settings.backupPattern)) return;
      const [lock] = configuring(stack, bucket, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
      // The bucket's own setting is an output as well, so it is asked only where nothing else configures the bucket.
      const inline = lock === undefined ? map(bucket.props.objectLockConfiguration).rule : undefined;
      if (lock === undefined && inline === undefined) {
        context.report("holds backups and has no object lock configuration", bucket);
        return;
      }
      if (lock !== undefined && bucket.props.objectLockEnabled === false) {
        context.report(
          "holds backups and was created without objectLockEnabled, so the lock configuration is refused",
          bucket,
        );
      }
      const retention = map(at(lock === undefined ? { rule: inline } : lock.props, "rule.defaultRetention"));
      const mode = text(retention.mode);
      const days = number(retention.days) ?? (number(retention.years) ?? 0) * 365;
      if (mode === undefined) context.report("holds backups and its object lock has no default retention", bucket);
      else if (days < context.settings.minimumDays) {
        context.report(
          `holds backups and locks them for ${days} days, ${context.settings.minimumDays} are due`,
          bucket,
        );
      }
    });
  },
});
