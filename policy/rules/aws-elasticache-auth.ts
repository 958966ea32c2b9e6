import { pci, soc2 } from "../frameworks.ts";
import { flag, isEmpty, isUnset, list } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsElasticacheAuth = resourceRule({
  name: "aws-elasticache-auth",
  title: "Redis asks for a password",
  description:
    "Every Redis group asks for a token or a user, with TLS (the provider accepts a token without TLS) and an explicit update strategy.",
  severity: "high",
  frameworks: [pci("8.3.1"), soc2("CC6.1")],
  remediation: "Set authToken (or userGroupIds) with transitEncryptionEnabled, and authTokenUpdateStrategy: ROTATE.",
  link: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html",
  levels: everywhere("mandatory"),
  types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  check(group, context) {
    const token = !isUnset(() => group.props.authToken) || !isUnset(() => group.props.authTokenWo);
    if (!token && list(group.props.userGroupIds).length === 0) {
      context.report("neither authToken nor userGroupIds is set");
      return;
    }
    if (!token) return;
    if (!flag(group.props.transitEncryptionEnabled))
      context.report("authToken is set without transitEncryptionEnabled, so it is never asked for");
    if (isEmpty(group.props.authTokenUpdateStrategy))
      context.report("authTokenUpdateStrategy is not set, which shows a change in every preview");
  },
});
