import { soc2 } from "../frameworks.ts";
import { number } from "../properties.ts";
import { productionAdvice, resourceRule, setting } from "../rule.ts";

export const awsElasticacheSnapshots = resourceRule({
  name: "aws-elasticache-snapshots",
  title: "Redis has snapshots",
  description: "A production Redis group keeps daily snapshots, so that queued work survives a mistake.",
  severity: "medium",
  frameworks: [soc2("A1.2")],
  remediation: "Set snapshotRetentionLimit to a week or more.",
  link: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html",
  levels: productionAdvice,
  types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  settings: { minimumDays: setting.integer(7, "Least days for which snapshots are kept") },
  check(group, context) {
    const days = number(group.props.snapshotRetentionLimit) ?? 0;
    if (days < context.settings.minimumDays) {
      context.report(`snapshotRetentionLimit is ${days}, ${context.settings.minimumDays} days are due`);
    }
  },
});
