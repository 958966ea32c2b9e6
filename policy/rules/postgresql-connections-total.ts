import { soc2 } from "../frameworks.ts";
import { flag, list, map, number, text } from "../properties.ts";
import { everywhere, setting, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";

const ROLE = "postgresql:index/role:Role";
const INSTANCES = ["aws:rds/clusterInstance:ClusterInstance", "aws:rds/instance:Instance"];
const CLUSTER = "aws:rds/cluster:Cluster";
const PARAMETERS = ["aws:rds/clusterParameterGroup:ClusterParameterGroup", "aws:rds/parameterGroup:ParameterGroup"];

/** Size to GiB of memory; a class of the family t has its own, and one of m has half. */
const MEMORY: Readonly<Record<string, number>> = {
  large: 16,
  xlarge: 32,
  "2xlarge": 64,
  "4xlarge": 128,
  "8xlarge": 256,
  "12xlarge": 384,
  "16xlarge": 512,
  "24xlarge": 768,
};
const SMALL_MEMORY: Readonly<Record<string, number>> = {
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  "2xlarge": 32,
};

export const postgresqlConnectionsTotal = stackRule({
  name: "postgresql-connections-total",
  title: "The server holds all its roles' connections",
  description:
    "All roles together may open no more connections than the server accepts: the one that comes last is turned away.",
  severity: "medium",
  frameworks: [soc2("A1.1")],
  remediation:
    "Lower connectionLimit or the pools, put a pooler between, or choose a larger instance; name roles that use replicas in elsewhere, if they may be turned away while the replicas are lost.",
  link: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html",
  // Limits that together exceed the server's may be meant; config.json decides that for its own stacks.
  levels: everywhere("advisory"),
  types: [ROLE],
  settings: {
    maximum: setting.integer(0, "max_connections of the server; 0 means that of the declared RDS instance"),
    reserved: setting.integer(10, "Connections that the server's own administration needs"),
    elsewhere: setting.text(
      "^$",
      "Expression for names of roles that never come to the writer, also when the readers are lost",
    ),
  },
  check(stack, context) {
    const server = serverOf(stack, context.settings.maximum);
    if (server === undefined) return;
    const elsewhere = new RegExp(context.settings.elsewhere);
    let total = 0;
    context.each(stack.ofType(ROLE), (role) => {
      if (!flag(role.props.login) || elsewhere.test(text(role.props.name) ?? role.name)) return;
      // A role without a limit is another rule's finding.
      total += Math.max(0, number(role.props.connectionLimit) ?? 0);
    });
    const room = server.connections - context.settings.reserved;
    if (total > room) {
      context.report(
        `the roles may open ${total} connections together, ${server.of} accepts ${server.connections}, of which ${context.settings.reserved} are reserved`,
      );
    }
  },
});

interface Server {
  readonly of: string;
  readonly connections: number;
}

/** `undefined` when there is no telling: no server of ours, several, or a class that the table does not know. */
function serverOf(stack: Stack, maximum: number): Server | undefined {
  if (maximum > 0) return { of: "the server", connections: maximum };
  const instances = stack.ofType(...INSTANCES).filter(({ props }) => /postgres/.test(text(props.engine) ?? ""));
  const classes = new Set(instances.map(({ props }) => text(props.instanceClass) ?? ""));
  const clusters = new Set(
    instances.map(
      (one) => stack.target(one, "clusterIdentifier", CLUSTER)?.urn ?? text(one.props.clusterIdentifier) ?? one.urn,
    ),
  );
  if (clusters.size !== 1 || classes.size !== 1) return undefined;
  const [instanceClass = ""] = classes;
  const connections = declaredMaximum(stack) ?? defaultMaximum(instanceClass);
  return connections === undefined ? undefined : { of: instanceClass, connections };
}

function declaredMaximum(stack: Stack): number | undefined {
  const parameters = stack.ofType(...PARAMETERS).flatMap(({ props }) => list(props.parameters).map(map));
  return number(parameters.find(({ name }) => name === "max_connections")?.value);
}

/** AWS's default: the class's memory through 9,531,392 bytes, and 5,000 at most. */
function defaultMaximum(instanceClass: string): number | undefined {
  const [, family = "", size = ""] = /^db\.([a-z]+)\w*\.(\w+)$/.exec(instanceClass) ?? [];
  const gibibytes = /^[tm]/.test(family) ? SMALL_MEMORY[size] : /^[rx]/.test(family) ? MEMORY[size] : undefined;
  return gibibytes === undefined ? undefined : Math.min(5000, Math.floor((gibibytes * 1e9) / 9_531_392));
}
