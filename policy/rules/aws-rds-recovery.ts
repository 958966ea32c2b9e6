import { soc2 } from "../frameworks.ts";
import { flag, isEmpty, isUnset, number } from "../properties.ts";
import { productionFirst, resourceRule, setting } from "../rule.ts";

export const awsRdsRecovery = resourceRule({
  name: "aws-rds-recovery",
  title: "Databases can be had back",
  description:
    "A production database keeps backups for a week or more, refuses deletion, and leaves a last snapshot when it goes.",
  severity: "high",
  frameworks: [soc2("A1.2")],
  remediation:
    "Set backupRetentionPeriod, deletionProtection: true, skipFinalSnapshot: false and finalSnapshotIdentifier.",
  link: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html",
  levels: productionFirst,
  types: ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"],
  settings: { minimumDays: setting.integer(7, "Least days for which backups are kept") },
  check(database, context) {
    // A replica has its source's: encryption, backups and snapshots are asked of that.
    if (!isUnset(() => database.props.replicateSourceDb)) return;
    // What AWS keeps when nothing is said: a day of a cluster's, none of an instance's.
    const unsaid = database.type === "aws:rds/cluster:Cluster" ? 1 : 0;
    const days = number(database.props.backupRetentionPeriod) ?? unsaid;
    if (days < context.settings.minimumDays)
      context.report(`backupRetentionPeriod is ${days}, ${context.settings.minimumDays} days are due`);
    if (!flag(database.props.deletionProtection)) context.report("deletionProtection is not true");
    if (flag(database.props.skipFinalSnapshot)) context.report("skipFinalSnapshot leaves nothing behind");
    else if (isEmpty(database.props.finalSnapshotIdentifier))
      context.report("finalSnapshotIdentifier is missing, so a deletion fails half-way");
  },
});
