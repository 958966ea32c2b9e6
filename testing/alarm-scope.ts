import * as pulumi from "@pulumi/pulumi";
import { ownership } from "./ownership.ts";

const topic = (severity: string) => `arn:aws:sns:us-east-1:111111111111:${severity}`;

/** What components under test take to declare their alarms. */
export const alarmSettings = {
  prefix: "thorbis-test",
  ownership,
  topicArns: { critical: topic("critical"), warning: topic("warning"), info: topic("info") },
  runbookUrl: "https://github.com/thorbis/infrastructure/blob/main/docs/runbooks",
};

/** A place for alarms under test, owned by a component of its own. */
export function alarmScope() {
  return { ...alarmSettings, parent: new pulumi.ComponentResource("thorbis:test:Owner", "owner") };
}
