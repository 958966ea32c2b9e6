import { hipaa, pci } from "../frameworks.ts";
import { flag, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsElasticacheTransitEncryption = resourceRule({
  name: "aws-elasticache-transit-encryption",
  title: "Redis speaks TLS",
  description:
    "Every Redis group encrypts its traffic, so that neither data nor the password crosses the network in plain text.",
  severity: "high",
  frameworks: [pci("4.2.1"), hipaa("164.312(e)(1)")],
  remediation: "Set transitEncryptionEnabled: true and leave transitEncryptionMode at required.",
  link: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html",
  levels: everywhere("mandatory"),
  types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  check(group, context) {
    if (!flag(group.props.transitEncryptionEnabled)) context.report("transitEncryptionEnabled is not true");
    else if (text(group.props.transitEncryptionMode) === "preferred") {
      context.report("transitEncryptionMode is preferred: clients may still speak plain text");
    }
  },
});
