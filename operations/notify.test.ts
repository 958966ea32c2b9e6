import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describeWithAws, useAws } from "../testing/aws.ts";
import { notify } from "./notify.ts";
import { parseSettings } from "./settings.ts";

// A real server on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

describeWithAws("a notice", () => {
  const aws = useAws();

  const settingsFor = (topicArn: string) => {
    const { endpoint, region } = aws().client;
    const { accessKeyId, secretAccessKey } = aws().client.credentials;
    const account = { endpoint, region, accessKeyId, secretAccessKey };
    return parseSettings({ environment: "test", notify: { topicArn }, aws: account });
  };

  it("reaches who is subscribed to the topic: one line as the subject, everything as the message", async () => {
    const [sns, sqs] = [new SNSClient(aws().client), new SQSClient(aws().client)];
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "notices" }));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "listener" }));
    const queue = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    const Endpoint = queue.Attributes?.QueueArn;
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
    const message = `production: the restore drill FAILED → ${"x".repeat(120)}\n  schema: fingerprint 12`;
    await notify(settingsFor(TopicArn), message);
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    const received = JSON.parse(Messages?.[0]?.Body ?? "{}") as { Subject?: string; Message?: string };
    expect(received.Message).toBe(message);
    expect(received.Subject).toMatch(/^production: the restore drill FAILED \? x+$/);
    expect(received.Subject).toHaveLength(100);
  });

  it("is a failure when nobody can hear it", async () => {
    const gone = "arn:aws:sns:us-east-1:123456789012:gone";
    await expect(notify(settingsFor(gone), "text")).rejects.toThrow("the notice could not be published");
  });
});
