import { gdpr, hipaa, pci } from "../frameworks.ts";
import { isUnset } from "../properties.ts";
import { resourceRule, sharedAdvice } from "../rule.ts";

export const awsLogEncryption = resourceRule({
  name: "aws-log-encryption",
  title: "Logs are encrypted with our own key",
  description: "Every log group names a customer managed key: logs hold what users did.",
  severity: "medium",
  frameworks: [pci("3.5.1"), gdpr("32"), hipaa("164.312(a)(2)(iv)")],
  remediation: "Set kmsKeyId to a key whose policy allows logs.<region>.amazonaws.com.",
  link: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
  levels: sharedAdvice,
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  check(group, context) {
    if (isUnset(() => group.props.kmsKeyId)) context.report("kmsKeyId is not set");
  },
});
