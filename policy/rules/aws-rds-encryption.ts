import { cis, gdpr, hipaa, pci } from "../frameworks.ts";
import { flag, isUnset } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsRdsEncryption = resourceRule({
  name: "aws-rds-encryption",
  title: "Databases are encrypted at rest",
  description: "Every RDS cluster and instance encrypts its storage; it can only be chosen at creation.",
  severity: "high",
  frameworks: [cis("2.3.1"), pci("3.5.1"), gdpr("32"), hipaa("164.312(a)(2)(iv)")],
  remediation:
    "Set storageEncrypted: true and kmsKeyId; an existing database is restored from an encrypted copy of a snapshot.",
  link: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
  levels: everywhere("mandatory"),
  types: ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"],
  check(database, context) {
    // A replica has its source's: encryption, backups and snapshots are asked of that.
    if (!isUnset(() => database.props.replicateSourceDb)) return;
    if (!flag(database.props.storageEncrypted)) context.report("storageEncrypted is not true");
  },
});
