import type * as pulumi from "@pulumi/pulumi";

/** A CloudWatch metric without statistic and period, which belong to whoever watches it. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
}
