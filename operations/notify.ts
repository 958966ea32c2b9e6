import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { clientOptions } from "./audit/trail.ts";
import { messageOf, OperationFailure } from "./failure.ts";
import { subjectOf } from "./notification/topic.ts";
import type { OperationSettings } from "./settings.ts";

/** Tells the declared topic and webhook. A notice that cannot be sent is a failure: silence would look like peace. */
export async function notify(settings: OperationSettings, message: string): Promise<void> {
  const { topicArn, webhook } = settings.notify;
  if (topicArn !== undefined) {
    const client = new SNSClient(clientOptions(settings.aws));
    try {
      await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subjectOf(message), Message: message }));
    } catch (error) {
      throw new OperationFailure(`the notice could not be published: ${messageOf(error)}`, { cause: error });
    } finally {
      client.destroy();
    }
  }
  if (webhook !== undefined) await post(webhook, message);
}

/** The address is a secret of its own: it is in no message. */
async function post(webhook: string, message: string): Promise<void> {
  const body = JSON.stringify({ text: message });
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(10_000),
  };
  const status = await fetch(webhook, request).then(
    (answer) => answer.status,
    () => 0,
  );
  if (status < 200 || status > 299)
    throw new OperationFailure(`the webhook answered ${status === 0 ? "nothing" : status} to the notice`);
}

/** Every address must answer with 2xx. */
export async function requireHealthy(urls: readonly string[]): Promise<void> {
  const answers = await Promise.all(
    urls.map(async (url) => {
      const status = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
        (answer) => answer.status,
        () => 0,
      );
      return { url, status };
    }),
  );
  const ill = answers.filter(({ status }) => status < 200 || status > 299);
  if (ill.length === 0) return;
  throw new OperationFailure(
    `the application is not healthy: ${ill.map(({ url, status }) => `${url} answered ${status || "nothing"}`).join("; ")}`,
  );
}
