import * as pulumi from "@pulumi/pulumi";
import { ownership } from "./ownership.ts";

const topic = (severity: string) => `arn:aws:sns:us-east-1:111111111111:${severity}`;

/** A place for alarms under test, owned by a component of its own. */
export function alarmScope() {
  return {
    parent: new pulumi.ComponentResource("thorbis:test:Owner", "owner"),
    prefix: "thorbis-test",
    ownership,
    topicArns: { critical: topic("critical"), warning: topic("warning"), info: topic("info") },
    runbookUrl: "https://github.com/thorbis/infrastructure/blob/main/docs/runbooks",
  };
}
