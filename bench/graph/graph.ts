/** A program of any size: components of buckets, topics and alarms, as the product's own are built. */
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import * as pulumi from "@pulumi/pulumi";

/** What one cell counts for: the component and its ten resources. */
export const RESOURCES_PER_CELL = 11;

/** Three versioned buckets, a topic, and three alarms that report to it. */
class Cell extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: { revision: number }, options?: pulumi.ComponentResourceOptions) {
    super("thorbis:bench:Cell", name, {}, options);
    const parent = { parent: this };
    const tags = { Cell: name, Revision: String(args.revision) };
    const topic = new Topic(`${name}-topic`, { tags }, parent);
    for (const role of ["media", "logs", "exports"]) {
      const bucket = new Bucket(`${name}-${role}`, { tags }, parent);
      new BucketVersioning(
        `${name}-${role}-versioning`,
        { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
        parent,
      );
      new MetricAlarm(
        `${name}-${role}-size`,
        {
          comparisonOperator: "GreaterThanThreshold",
          evaluationPeriods: 1,
          metricName: "BucketSizeBytes",
          namespace: "AWS/S3",
          period: 300,
          statistic: "Average",
          threshold: 1e12,
          dimensions: { BucketName: bucket.bucket },
          alarmActions: [topic.arn],
        },
        parent,
      );
    }
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

/** So many cells that the stack, its provider and they together come nearest to `resources`. */
export function buildGraph(resources: number, revision = 1): { topics: pulumi.Output<string[]> } {
  const cells = Array.from(
    { length: Math.round((resources - 1) / RESOURCES_PER_CELL) },
    (_, index) => new Cell(`cell${index}`, { revision }),
  );
  return { topics: pulumi.all(cells.map((cell) => cell.topicArn)) };
}
