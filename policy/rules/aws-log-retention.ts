import { gdpr, pci } from "../frameworks.ts";
import { number } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

export const awsLogRetention = resourceRule({
  name: "aws-log-retention",
  title: "Logs end some day",
  description: "Every log group has a retention: long enough to look into an incident, and not for ever.",
  severity: "medium",
  frameworks: [pci("10.5.1"), gdpr("5(1)(e)")],
  remediation: "Set retentionInDays.",
  link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
  levels: everywhere("mandatory"),
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  settings: { minimumDays: setting.integer(1, "Least days"), maximumDays: setting.integer(3653, "Most days") },
  check(group, context) {
    const days = number(group.props.retentionInDays) ?? 0;
    const { maximumDays, minimumDays } = context.settings;
    if (days === 0) context.report("retentionInDays is not set: logs are kept, and paid for, for ever");
    else if (days < minimumDays) context.report(`retentionInDays is ${days}, ${minimumDays} are due`);
    else if (days > maximumDays) context.report(`retentionInDays is ${days}, ${maximumDays} is the limit`);
  },
});
