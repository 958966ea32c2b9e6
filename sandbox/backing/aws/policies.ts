/** Documents that are attached to a topic, a queue or a secret. The emulator keeps them, and lets everybody through. */
import {
  DeleteResourcePolicyCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-secrets-manager";
import { GetTopicAttributesCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { PropertyMap, PropertyValue } from "../../../engine/values.ts";
import { type AwsSurroundings, type EmulatedType, ignoreMissing, sameDocument, setting, text } from "./emulated.ts";
import { nameOfSecret } from "./secrets.ts";

const topicPolicy = setting({
  apply: ({ clients }, { inputs }) => clients.topics.send(policyOfTopic(inputs, text(inputs.policy))),
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() =>
      clients.topics.send(new GetTopicAttributesCommand({ TopicArn: text(outputs.arn) })),
    );
    return found && differing("policy", outputs, found.Attributes?.Policy);
  },
  remove: ({ clients }, { outputs }) => clients.topics.send(policyOfTopic(outputs, ownersOnly(outputs))),
});

const policyOfTopic = ({ arn }: PropertyMap, policy: string) =>
  new SetTopicAttributesCommand({ TopicArn: text(arn), AttributeName: "Policy", AttributeValue: policy });

/** A topic is never without: what the provider puts back lets the owner's account in. */
function ownersOnly({ arn }: PropertyMap): string {
  const [, , , , account = ""] = text(arn).split(":");
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:Publish", "SNS:Subscribe"],
        Resource: text(arn),
        Condition: { StringEquals: { "AWS:SourceOwner": account } },
      },
    ],
  });
}

/** A document of a queue under its attribute's name; without one the attribute is empty. */
function queueDocument(property: string, attribute: QueueAttributeName): EmulatedType {
  const put = async ({ clients }: AwsSurroundings, { queueUrl }: PropertyMap, value: string) => {
    const QueueUrl = await localUrl(clients, queueUrl);
    await clients.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { [attribute]: value } }));
  };
  return setting({
    apply: (surroundings, { inputs }) => put(surroundings, inputs, text(inputs[property])),
    async read({ clients }, { outputs }) {
      const found = await ignoreMissing(async () =>
        clients.queues.send(
          new GetQueueAttributesCommand({
            QueueUrl: await localUrl(clients, outputs.queueUrl),
            AttributeNames: [attribute],
          }),
        ),
      );
      const live = found?.Attributes?.[attribute];
      return live ? differing(property, outputs, live) : undefined;
    },
    remove: (surroundings, { outputs }) =>
      put(surroundings, outputs, attribute === "RedrivePolicy" ? neverRedriven(text(outputs[property])) : ""),
  });
}

/** The emulator does not let a redrive policy go: the most attempts that it takes stand for no limit. */
export const neverRedriven = (policy: string): string =>
  JSON.stringify({ ...JSON.parse(policy), maxReceiveCount: 1000 });

/** The declared URL is the cloud's; the queue's name stands at its end. */
async function localUrl(clients: AwsSurroundings["clients"], url: PropertyValue | undefined): Promise<string> {
  const QueueName = text(url).split("/").at(-1) ?? "";
  return (await clients.queues.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? "";
}

const secretPolicy = setting({
  apply: (surroundings, { inputs }) =>
    surroundings.clients.secrets.send(
      new PutResourcePolicyCommand({
        SecretId: nameOfSecret(surroundings, inputs.secretArn),
        ResourcePolicy: text(inputs.policy),
        BlockPublicPolicy: inputs.blockPublicPolicy === true,
      }),
    ),
  async read(surroundings, { outputs }) {
    const SecretId = nameOfSecret(surroundings, outputs.secretArn);
    const found = await ignoreMissing(() =>
      surroundings.clients.secrets.send(new GetResourcePolicyCommand({ SecretId })),
    );
    return found?.ResourcePolicy ? differing("policy", outputs, found.ResourcePolicy) : undefined;
  },
  remove: (surroundings, { outputs }) =>
    surroundings.clients.secrets.send(
      new DeleteResourcePolicyCommand({ SecretId: nameOfSecret(surroundings, outputs.secretArn) }),
    ),
});

/** The live document where it says something else than the declared one. */
function differing(property: string, outputs: PropertyMap, live: string | undefined): PropertyMap {
  return sameDocument(text(outputs[property]), live ?? "") ? {} : { [property]: live ?? "" };
}

export const policyTypes: Record<string, EmulatedType> = {
  "aws:secretsmanager/secretPolicy:SecretPolicy": secretPolicy,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sqs/queuePolicy:QueuePolicy": queueDocument("policy", "Policy"),
  "aws:sqs/redrivePolicy:RedrivePolicy": queueDocument("redrivePolicy", "RedrivePolicy"),
};
