import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { PropertyMap } from "../../../engine/values.ts";
import type { BackedResource } from "../../backing.ts";
import { type AwsSurroundings, type EmulatedType, ignoreMissing, setting, text } from "./emulated.ts";

const topic = setting({
  // Topics are named by the account, the region and their name: the emulator's ARN is the declared one.
  apply: ({ clients }, { inputs }) => clients.topics.send(new CreateTopicCommand({ Name: text(inputs.name) })),
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() =>
      clients.topics.send(new GetTopicAttributesCommand({ TopicArn: text(outputs.arn) })),
    );
    return found ? {} : undefined;
  },
  remove: ({ clients }, { outputs }) => clients.topics.send(new DeleteTopicCommand({ TopicArn: text(outputs.arn) })),
});

/** Subscribers outside of this machine get nothing from it: their messages go to the sink, under their address. */
const subscription: EmulatedType = {
  async create(surroundings, { inputs }) {
    const { clients } = surroundings;
    const { protocol, endpoint } = delivery(surroundings, inputs);
    const { SubscriptionArn } = await clients.topics.send(
      new SubscribeCommand({
        TopicArn: text(inputs.topic),
        Protocol: protocol,
        Endpoint: endpoint,
        ReturnSubscriptionArn: true,
      }),
    );
    if (inputs.rawMessageDelivery === true && protocol === "sqs") {
      await clients.topics.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn,
          AttributeName: "RawMessageDelivery",
          AttributeValue: "true",
        }),
      );
    }
    return {};
  },
  update: async () => ({}),
  async read(surroundings, resource) {
    return (await findSubscription(surroundings, resource)) === undefined ? undefined : {};
  },
  async delete(surroundings, resource) {
    const SubscriptionArn = await findSubscription(surroundings, resource);
    if (SubscriptionArn === undefined) return;
    await ignoreMissing(() => surroundings.clients.topics.send(new UnsubscribeCommand({ SubscriptionArn })));
  },
};

function delivery(
  { sinkUrl }: AwsSurroundings,
  { protocol, endpoint }: PropertyMap,
): { protocol: string; endpoint: string } {
  if (protocol === "sqs" || protocol === "lambda") return { protocol, endpoint: text(endpoint) };
  return { protocol: "http", endpoint: sinkUrl(text(protocol).replace("email-json", "email"), text(endpoint)) };
}

async function findSubscription(
  surroundings: AwsSurroundings,
  { outputs }: BackedResource,
): Promise<string | undefined> {
  const wanted = delivery(surroundings, outputs).endpoint;
  const found = await ignoreMissing(() =>
    surroundings.clients.topics.send(new ListSubscriptionsByTopicCommand({ TopicArn: text(outputs.topic) })),
  );
  return found?.Subscriptions?.find(({ Endpoint }) => Endpoint === wanted)?.SubscriptionArn;
}

const ATTRIBUTES: Record<string, string> = {
  visibilityTimeoutSeconds: "VisibilityTimeout",
  messageRetentionSeconds: "MessageRetentionPeriod",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  delaySeconds: "DelaySeconds",
  maxMessageSize: "MaximumMessageSize",
  redrivePolicy: "RedrivePolicy",
};

const queue: EmulatedType = {
  async create({ clients }, { inputs }) {
    const { QueueUrl = "" } = await clients.queues.send(
      new CreateQueueCommand({
        QueueName: text(inputs.name),
        Attributes: { ...attributesOf(inputs), ...(inputs.fifoQueue === true && { FifoQueue: "true" }) },
      }),
    );
    await clients.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributesOf(inputs) }));
    return {};
  },
  async update({ clients }, { inputs }) {
    const { QueueUrl } = await clients.queues.send(new GetQueueUrlCommand({ QueueName: text(inputs.name) }));
    await clients.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributesOf(inputs) }));
    return {};
  },
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() =>
      clients.queues.send(new GetQueueUrlCommand({ QueueName: text(outputs.name) })),
    );
    return found ? {} : undefined;
  },
  async delete({ clients }, { outputs }) {
    await ignoreMissing(async () => {
      const { QueueUrl } = await clients.queues.send(new GetQueueUrlCommand({ QueueName: text(outputs.name) }));
      await clients.queues.send(new DeleteQueueCommand({ QueueUrl }));
    });
  },
};

function attributesOf(inputs: PropertyMap): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ATTRIBUTES).flatMap(([property, attribute]) => {
      const value = inputs[property];
      return value === undefined || value === null ? [] : [[attribute, String(value)]];
    }),
  );
}

export const messageTypes: Record<string, EmulatedType> = {
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicSubscription:TopicSubscription": subscription,
  "aws:sqs/queue:Queue": queue,
};
