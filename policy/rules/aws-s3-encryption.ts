import { BUCKET_TYPES, backupSettings, buckets, configuring, isBackup } from "../buckets.ts";
import { cis, gdpr, hipaa, pci } from "../frameworks.ts";
import { at, isEmpty, isUnset, list, text } from "../properties.ts";
import { everywhere, stackRule } from "../rule.ts";

export const awsS3Encryption = stackRule({
  name: "aws-s3-encryption",
  title: "Backups are encrypted with our own key",
  description:
    "A bucket that holds backups is encrypted with a customer managed key, so that access to data and to its key are two rights.",
  severity: "high",
  frameworks: [cis("2.1.1"), pci("3.5.1"), gdpr("32"), hipaa("164.312(a)(2)(iv)")],
  remediation: "Add a BucketServerSideEncryptionConfiguration with sseAlgorithm aws:kms and kmsMasterKeyId.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
  levels: everywhere("advisory"),
  types: BUCKET_TYPES,
  settings: backupSettings,
  check(stack, context) {
    context.each(buckets(stack), (bucket) => {
      if (!isBackup(bucket, context.settings.backupPattern)) return;
      const rules = configuring(
        stack,
        bucket,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      )
        .flatMap((configuration) => list(configuration.props.rules))
        .map((rule) => at(rule, "applyServerSideEncryptionByDefault"));
      // The bucket's own setting is an output as well, so it is asked only where nothing else configures the bucket.
      const inline = "serverSideEncryptionConfiguration.rule.applyServerSideEncryptionByDefault";
      const applied = (rules.length > 0 ? rules : [at(bucket.props, inline)]).filter((rule) => !isEmpty(rule));
      if (applied.length === 0) {
        context.report("holds backups and has no encryption configuration", bucket);
        return;
      }
      for (const rule of applied) {
        const algorithm = text(at(rule, "sseAlgorithm"));
        if (algorithm !== "aws:kms" && algorithm !== "aws:kms:dsse") {
          context.report(`holds backups and is encrypted with ${algorithm ?? "nothing"}, aws:kms is due`, bucket);
        } else if (isUnset(() => at(rule, "kmsMasterKeyId"))) {
          context.report(
            "holds backups and is encrypted with the account's default key, a customer key is due",
            bucket,
          );
        }
      }
    });
  },
});
