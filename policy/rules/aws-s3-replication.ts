import { BUCKET_TYPES, backupSettings, buckets, configuring, isBackup } from "../buckets.ts";
import { soc2 } from "../frameworks.ts";
import { at, list, map } from "../properties.ts";
import { productionAdvice, setting, stackRule } from "../rule.ts";

export const awsS3Replication = stackRule({
  name: "aws-s3-replication",
  title: "Backups exist twice",
  description:
    "A production bucket that holds backups is replicated, so that the loss of a region is not the loss of the backups.",
  severity: "high",
  frameworks: [soc2("A1.2")],
  remediation: "Add a BucketReplicationConfig with an enabled rule to a bucket in another region.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",
  levels: productionAdvice,
  types: BUCKET_TYPES,
  settings: {
    ...backupSettings,
    replicaPattern: setting.text("replica|copy", "Expression for names of buckets that are the copy"),
  },
  check(stack, context) {
    const replica = new RegExp(context.settings.replicaPattern, "i");
    context.each(buckets(stack), (bucket) => {
      if (!isBackup(bucket, context.settings.backupPattern) || replica.test(bucket.name)) return;
      const configurations = configuring(stack, bucket, "aws:s3/bucketReplicationConfig:BucketReplicationConfig");
      const rules = configurations.flatMap((configuration) => list(configuration.props.rules)).map(map);
      // The bucket's own setting is an output as well, so it is asked only where nothing else configures the bucket.
      const inline =
        configurations.length === 0 ? list(at(bucket.props, "replicationConfiguration.rules")).map(map) : [];
      if (configurations.length === 0 && inline.length === 0)
        context.report("holds backups and is not replicated", bucket);
      else if (![...rules, ...inline].some((rule) => rule.status === "Enabled"))
        context.report("holds backups and has no enabled replication rule", bucket);
    });
  },
});
