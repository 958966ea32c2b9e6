import { cis, pci } from "../frameworks.ts";
import { flag } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsRdsPrivate = resourceRule({
  name: "aws-rds-private",
  title: "Databases have no public address",
  description: "No RDS instance is reachable from the internet.",
  severity: "critical",
  frameworks: [cis("2.3.3"), pci("1.4.4")],
  remediation: "Set publiclyAccessible: false and reach the database through the private network.",
  link: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
  levels: everywhere("mandatory"),
  types: ["aws:rds/clusterInstance:ClusterInstance", "aws:rds/instance:Instance"],
  check(instance, context) {
    if (flag(instance.props.publiclyAccessible)) context.report("publiclyAccessible is true");
  },
});
