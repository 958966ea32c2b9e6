import * as sns from "@pulumi/aws/sns/index.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "./policy-document.ts";
import { statedArn } from "./stated-arn.ts";
import type { Tags } from "./tags.ts";

export interface NotificationTopicArgs {
  readonly accountId: string;
  readonly tags: Tags;
  readonly keyArn: pulumi.Input<string>;
  /** AWS services that publish on the account's behalf. */
  readonly publishers: readonly string[];
  readonly emails: readonly string[];
  /** PagerDuty's https integration URL; it carries the integration key, so it is kept secret. @default none */
  readonly pagerDutyUrl?: pulumi.Input<string>;
  readonly region: string;
}

/** An encrypted topic named like the component, with a subscription a reader. */
export class NotificationTopic extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: NotificationTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:monitoring:NotificationTopic", name, {}, opts);
    const { accountId, emails, keyArn, pagerDutyUrl, publishers, region, tags } = args;
    const child = { parent: this };
    const topic = new sns.Topic(name, { name, kmsMasterKeyId: keyArn, tags, region }, child);
    this.arn = statedArn(topic, `arn:aws:sns:${region}:${accountId}:${name}`);
    const policy = topicPolicy(this.arn, accountId, publishers);
    new sns.TopicPolicy(`${name}-policy`, { arn: this.arn, policy, region }, child);
    for (const endpoint of emails) {
      new sns.TopicSubscription(
        `${name}-email-${endpoint}`,
        { topic: this.arn, protocol: "email", endpoint, region },
        child,
      );
    }
    if (pagerDutyUrl !== undefined) {
      new sns.TopicSubscription(
        `${name}-pagerduty`,
        {
          topic: this.arn,
          protocol: "https",
          endpoint: pulumi.secret(pagerDutyUrl),
          // PagerDuty confirms by itself; without this the provider waits for a person.
          endpointAutoConfirms: true,
          region,
        },
        child,
      );
    }
    this.registerOutputs({ arn: this.arn });
  }
}

function topicPolicy(topicArn: pulumi.Output<string>, accountId: string, publishers: readonly string[]) {
  return policyDocument([
    {
      Sid: "AccountPublishes",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: ["sns:Publish", "sns:Subscribe", "sns:GetTopicAttributes"],
      Resource: topicArn,
    },
    {
      Sid: "ServicesPublish",
      Effect: "Allow",
      Principal: { Service: publishers },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
    {
      Sid: "RefusePlainTransport",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
}
