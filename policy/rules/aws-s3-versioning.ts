import { BUCKET_TYPES, backupSettings, buckets, configuring, isBackup } from "../buckets.ts";
import { cis, soc2 } from "../frameworks.ts";
import { at, text } from "../properties.ts";
import { everywhere, stackRule } from "../rule.ts";

export const awsS3Versioning = stackRule({
  name: "aws-s3-versioning",
  title: "Backups keep their versions",
  description: "A bucket that holds backups is versioned, so that an overwritten or deleted backup can be had back.",
  severity: "high",
  frameworks: [cis("2.1.2"), soc2("A1.2")],
  remediation: "Add a BucketVersioning with versioningConfiguration.status Enabled.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  levels: everywhere("mandatory"),
  types: BUCKET_TYPES,
  settings: backupSettings,
  check(stack, context) {
    context.each(buckets(stack), (bucket) => {
      if (!isBackup(bucket, context.settings.backupPattern)) return;
      const [versioning] = configuring(stack, bucket, "aws:s3/bucketVersioning:BucketVersioning");
      if (versioning === undefined) {
        if (at(bucket.props, "versioning.enabled") !== true)
          context.report("holds backups and is not versioned", bucket);
        return;
      }
      const status = text(at(versioning.props, "versioningConfiguration.status"));
      if (status !== "Enabled")
        context.report(`holds backups and its versioning is ${status ?? "not set"}, Enabled is due`, bucket);
    });
  },
});
