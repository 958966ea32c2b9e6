/**
 * A program of any size: components of buckets, topics and alarms, as the product's own are built. A right one: the policy
 * pack finds nothing in it, so that the pack is measured and not the report of what it found.
 */
import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { Provider } from "@pulumi/aws/provider.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import * as pulumi from "@pulumi/pulumi";

/** What one cell counts for: the component and its ten resources. */
export const RESOURCES_PER_CELL = 11;

const everySwitch = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

function tlsOnly(bucketName: string): string {
  const arn = `arn:aws:s3:::${bucketName}`;
  const statement = {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

/** Two closed buckets, a topic, and three alarms that report to it. */
class Cell extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: { revision: number }, options?: pulumi.ComponentResourceOptions) {
    super("thorbis:bench:Cell", name, {}, options);
    const parent = { parent: this };
    const tags = { Cell: name, Revision: String(args.revision) };
    const topic = new Topic(`${name}-topic`, { tags }, parent);
    const alarm = (about: string, metricName: string, dimensions: Record<string, pulumi.Input<string>>) =>
      new MetricAlarm(
        `${name}-${about}`,
        {
          alarmDescription: `${metricName} of ${name} is out of its bounds. Runbook: https://runbooks.example.com/${about}`,
          comparisonOperator: "GreaterThanThreshold",
          evaluationPeriods: 1,
          metricName,
          namespace: "AWS/S3",
          period: 300,
          statistic: "Average",
          threshold: 1e12,
          dimensions,
          alarmActions: [topic.arn],
        },
        parent,
      );
    for (const role of ["media", "exports"]) {
      const bucketName = `bench-${name}-${role}`;
      const bucket = new Bucket(`${name}-${role}`, { bucket: bucketName, tags }, { ...parent, protect: true });
      const closed = new BucketPublicAccessBlock(
        `${name}-${role}-closed`,
        { bucket: bucket.bucket, ...everySwitch },
        parent,
      );
      new BucketPolicy(
        `${name}-${role}-policy`,
        { bucket: bucket.bucket, policy: tlsOnly(bucketName) },
        { ...parent, dependsOn: closed },
      );
      alarm(`${role}-size`, "BucketSizeBytes", { BucketName: bucket.bucket });
    }
    alarm("objects", "NumberOfObjects", { BucketName: `bench-${name}-media` });
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

/** So many cells that the stack, its provider and they together come nearest to `resources`. */
export function buildGraph(resources: number, revision = 1): { topics: pulumi.Output<string[]> } {
  const provider = new Provider("aws", {
    region: "eu-central-1",
    allowedAccountIds: ["000000000000"],
    defaultTags: { tags: { Environment: "bench", Owner: "platform" } },
  });
  const cells = Array.from(
    { length: Math.round((resources - 2) / RESOURCES_PER_CELL) },
    (_, index) => new Cell(`cell${index}`, { revision }, { providers: [provider] }),
  );
  return { topics: pulumi.all(cells.map((cell) => cell.topicArn)) };
}
