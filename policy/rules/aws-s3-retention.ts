import { BUCKET_TYPES, backupSettings, buckets, configuring, isBackup } from "../buckets.ts";
import { gdpr, soc2 } from "../frameworks.ts";
import { at, list, map, number, type Properties } from "../properties.ts";
import { everywhere, setting, stackRule } from "../rule.ts";

export const awsS3Retention = stackRule({
  name: "aws-s3-retention",
  title: "Backups live long enough, and not for ever",
  description:
    "A bucket that holds backups has a lifecycle, and it removes nothing before the least retention has passed.",
  severity: "high",
  frameworks: [soc2("A1.2"), gdpr("5(1)(e)")],
  remediation: "Add a BucketLifecycleConfiguration whose expirations are at or above the least retention.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
  levels: everywhere("advisory"),
  types: BUCKET_TYPES,
  settings: { ...backupSettings, minimumDays: setting.integer(30, "Least age at which a backup may be removed, days") },
  check(stack, context) {
    const { minimumDays } = context.settings;
    context.each(buckets(stack), (bucket) => {
      if (!isBackup(bucket, context.settings.backupPattern)) return;
      const lifecycles = configuring(stack, bucket, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
      // The bucket's own rules are an output as well, so they are asked only where nothing else configures the bucket.
      const inline = lifecycles.length === 0 ? list(bucket.props.lifecycleRules).map(map).map(asLifecycle) : [];
      if (lifecycles.length === 0 && inline.length === 0)
        context.report("holds backups and has no lifecycle: they are kept for ever", bucket);
      for (const rule of [...lifecycles.flatMap((lifecycle) => list(lifecycle.props.rules)).map(map), ...inline]) {
        if (rule.status !== "Enabled" || isUnverified(rule)) continue;
        for (const path of ["expiration.days", "noncurrentVersionExpiration.noncurrentDays"]) {
          const days = number(at(rule, path));
          if (days !== undefined && days > 0 && days < minimumDays) {
            context.report(
              `holds backups and rule ${String(rule.id)} removes them after ${days} days (${path}), ${minimumDays} are due`,
              bucket,
            );
          }
        }
      }
    });
  },
});

/** What an upload left behind before it was verified is no backup yet. */
const isUnverified = (rule: unknown): boolean =>
  /(^|\/)(tmp|temp|temporary|incoming|unverified|uploads?|\.tmp)\//i.test(
    String(at(rule, "filter.prefix") ?? at(rule, "prefix") ?? ""),
  );

/** A rule of the bucket's own `lifecycleRules`, as a lifecycle configuration writes it. */
const asLifecycle = (rule: Properties): Properties => ({
  id: rule.id,
  status: rule.enabled === true ? "Enabled" : "Disabled",
  prefix: rule.prefix,
  expiration: rule.expiration,
  noncurrentVersionExpiration: { noncurrentDays: at(rule, "noncurrentVersionExpiration.days") },
});
