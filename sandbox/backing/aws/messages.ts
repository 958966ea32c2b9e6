import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { PropertyMap, PropertyValue } from "../../../engine/values.ts";
import type { BackedResource } from "../../backing.ts";
import { type AwsSurroundings, type EmulatedType, ignoreMissing, sameDocument, setting, text } from "./emulated.ts";
import { neverRedriven } from "./policies.ts";

const topic = setting({
  // Topics are named by the account, the region and their name: the emulator's ARN is the declared one.
  async apply({ clients }, { inputs }) {
    const { TopicArn } = await clients.topics.send(new CreateTopicCommand({ Name: text(inputs.name) }));
    for (const [AttributeName, AttributeValue] of Object.entries(attributesOf(inputs, TOPIC_ATTRIBUTES))) {
      await clients.topics.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
    }
  },
  async read({ clients }, { inputs, outputs }) {
    const found = await ignoreMissing(() =>
      clients.topics.send(new GetTopicAttributesCommand({ TopicArn: text(outputs.arn) })),
    );
    return found && changedAttributes(inputs, outputs, TOPIC_ATTRIBUTES, found.Attributes ?? {});
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

const TOPIC_ATTRIBUTES: Readonly<Record<string, string>> = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deliveryPolicy: "DeliveryPolicy",
  displayName: "DisplayName",
  kmsMasterKeyId: "KmsMasterKeyId",
  policy: "Policy",
};

const QUEUE_ATTRIBUTES: Readonly<Record<string, string>> = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  delaySeconds: "DelaySeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  policy: "Policy",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redriveAllowPolicy: "RedriveAllowPolicy",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
};

const queue: EmulatedType = {
  async create({ clients }, { inputs }) {
    const Attributes = attributesOf(inputs, QUEUE_ATTRIBUTES);
    const { QueueUrl = "" } = await clients.queues.send(
      new CreateQueueCommand({
        QueueName: text(inputs.name),
        Attributes: { ...Attributes, ...(inputs.fifoQueue === true && { FifoQueue: "true" }) },
      }),
    );
    await clients.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    return {};
  },
  async update({ clients }, { inputs, oldInputs }) {
    const { QueueUrl } = await clients.queues.send(new GetQueueUrlCommand({ QueueName: text(inputs.name) }));
    const before = attributesOf(oldInputs, QUEUE_ATTRIBUTES);
    const Attributes = {
      // What is declared no more is emptied: the queue would keep it otherwise.
      ...(before.Policy !== undefined && { Policy: "" }),
      ...(before.RedrivePolicy !== undefined && { RedrivePolicy: neverRedriven(before.RedrivePolicy) }),
      ...attributesOf(inputs, QUEUE_ATTRIBUTES),
    };
    await clients.queues.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    return {};
  },
  async read({ clients }, { inputs, outputs }) {
    const found = await ignoreMissing(async () => {
      const { QueueUrl } = await clients.queues.send(new GetQueueUrlCommand({ QueueName: text(outputs.name) }));
      return clients.queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    });
    return found && changedAttributes(inputs, outputs, QUEUE_ATTRIBUTES, found.Attributes ?? {});
  },
  async delete({ clients }, { outputs }) {
    await ignoreMissing(async () => {
      const { QueueUrl } = await clients.queues.send(new GetQueueUrlCommand({ QueueName: text(outputs.name) }));
      await clients.queues.send(new DeleteQueueCommand({ QueueUrl }));
    });
  },
};

function attributesOf(inputs: PropertyMap, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([property, attribute]) => {
      const value = inputs[property];
      return value === undefined || value === null || value === false || value === ""
        ? []
        : [[attribute, String(value)]];
    }),
  );
}

/** Only what the program gave is compared: a policy may come from a resource of its own. */
function changedAttributes(
  inputs: PropertyMap,
  outputs: PropertyMap,
  names: Readonly<Record<string, string>>,
  live: Readonly<Record<string, string>>,
): PropertyMap {
  const given = attributesOf(inputs, names);
  const changed = Object.entries(names).filter(
    ([property, attribute]) =>
      attribute in given && !sameDocument(String(outputs[property] ?? ""), live[attribute] ?? ""),
  );
  return Object.fromEntries(
    changed.map(([property, attribute]) => [property, asDeclared(outputs[property], live[attribute] ?? "")]),
  );
}

/** The service tells every attribute as text. */
function asDeclared(declared: PropertyValue | undefined, held: string): PropertyValue {
  if (typeof declared === "number") return Number(held);
  return typeof declared === "boolean" ? held === "true" : held;
}

export const messageTypes: Record<string, EmulatedType> = {
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicSubscription:TopicSubscription": subscription,
  "aws:sqs/queue:Queue": queue,
};
