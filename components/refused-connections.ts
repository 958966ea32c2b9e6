import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Metric } from "./alarms/metric.ts";
import { demand } from "./invalid-argument.ts";

export interface RefusedConnectionsArgs {
  /** PostgreSQL's log, with RDS' own prefix for each line (`%t:%r:%u@%d:[%p]:`). */
  readonly logGroupName: pulumi.Input<string>;
  /** The database whose refusals count: letters, digits and underscores. */
  readonly databaseName: string;
  /** Unique for the account and region: a metric filter cannot name dimensions, so the metric's name says all. */
  readonly metricName: string;
  /** @default the provider's region */
  readonly region?: string;
}

/** Counts the connections that a server refused, whoever asked: too many of them, wrong passwords, no such role. */
export class RefusedConnections extends pulumi.ComponentResource {
  readonly metric: Metric;

  constructor(name: string, args: RefusedConnectionsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { databaseName, metricName } = args;
    demand(
      /^[a-z][a-z0-9_]{0,62}$/.test(databaseName),
      `${name}.databaseName`,
      `"${databaseName}" is no name that the log shows as it is`,
      "Use lower-case letters, digits and underscores.",
    );
    super("thorbis:monitoring:RefusedConnections", name, {}, opts);
    const namespace = "Thorbis/ServerLog";
    new cloudwatch.LogMetricFilter(
      name,
      {
        name,
        logGroupName: args.logGroupName,
        // A session that was let in and ended later says FATAL as well.
        pattern: `"@${databaseName}:" "FATAL:" -"terminating connection"`,
        metricTransformation: { namespace, name: metricName, value: "1", defaultValue: "0", unit: "Count" },
        region: args.region,
      },
      { parent: this },
    );
    this.metric = { namespace, metricName, dimensions: {} };
    this.registerOutputs();
  }
}
