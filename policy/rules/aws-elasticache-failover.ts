import { soc2 } from "../frameworks.ts";
import { flag, number } from "../properties.ts";
import { productionAdvice, resourceRule } from "../rule.ts";

export const awsElasticacheFailover = resourceRule({
  name: "aws-elasticache-failover",
  title: "Redis survives the loss of a node",
  description: "A production Redis group fails over by itself to a replica in another zone.",
  severity: "high",
  frameworks: [soc2("A1.2")],
  remediation: "Set automaticFailoverEnabled and multiAzEnabled, with two nodes or more.",
  link: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html",
  levels: productionAdvice,
  types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
  check(group, context) {
    if (!flag(group.props.automaticFailoverEnabled)) context.report("automaticFailoverEnabled is not true");
    if (!flag(group.props.multiAzEnabled)) context.report("multiAzEnabled is not true");
    const nodes = number(group.props.numCacheClusters) ?? (number(group.props.replicasPerNodeGroup) ?? 0) + 1;
    if (nodes < 2) context.report(`has ${nodes} node, two are due`);
  },
});
