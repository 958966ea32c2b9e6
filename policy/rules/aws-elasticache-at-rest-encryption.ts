import { gdpr, hipaa, pci } from "../frameworks.ts";
import { flag } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsElasticacheAtRestEncryption = resourceRule({
  name: "aws-elasticache-at-rest-encryption",
  title: "Redis is encrypted at rest",
  description: "Every Redis group encrypts its disks and snapshots; it can only be chosen at creation.",
  severity: "high",
  frameworks: [pci("3.5.1"), gdpr("32"), hipaa("164.312(a)(2)(iv)")],
  remediation:
    "Set atRestEncryptionEnabled: true; an existing group has to be restored from a snapshot into a new one.",
  link: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html",
  levels: everywhere("mandatory"),
  types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  check(group, context) {
    if (!flag(group.props.atRestEncryptionEnabled)) context.report("atRestEncryptionEnabled is not true");
  },
});
