/** A message to one of the stack's topics; mail, Slack and PagerDuty hear it as they hear an alarm. */
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { OperationFailure } from "../failure.ts";

/** SNS refuses longer subjects, and messages over 256 KiB. */
const LONGEST_SUBJECT = 100;
const LONGEST_MESSAGE = 250_000;

/** @param endpoint for an emulator; the region's own by default */
export async function publish(topicArn: string, subject: string, message: string, endpoint?: string): Promise<void> {
  const region = /^arn:[\w-]+:sns:([\w-]+):\d{12}:/.exec(topicArn)?.[1];
  if (region === undefined) {
    throw new OperationFailure(`${topicArn} is no SNS topic`, {
      exitCode: 2,
      remedy: "compare it with the stack's output notificationTopics",
    });
  }
  const client = new SNSClient({ region, ...(endpoint !== undefined && { endpoint }) });
  try {
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectOf(subject),
        Message: message.slice(0, LONGEST_MESSAGE),
      }),
    );
  } finally {
    client.destroy();
  }
}

/** SNS takes one line of printable ASCII. */
export function subjectOf(text: string): string {
  const [line = ""] = text.split("\n");
  return line.replace(/[^\x20-\x7e]/g, "?").slice(0, LONGEST_SUBJECT);
}
