import { soc2 } from "../frameworks.ts";
import { at, isEmpty, isMap, list, map } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

const ACTIONS = [
  "expiration",
  "transitions",
  "noncurrentVersionExpiration",
  "noncurrentVersionTransitions",
  "abortIncompleteMultipartUpload",
];

export const awsS3LifecycleEffect = resourceRule({
  name: "aws-s3-lifecycle-effect",
  title: "Lifecycle rules do something",
  description:
    "Every enabled lifecycle rule has a filter and an action: the provider accepts rules without either, and nothing is ever removed.",
  severity: "medium",
  frameworks: [soc2("A1.2")],
  remediation: "Give the rule a filter (an empty prefix for all objects) and an expiration, transition or abort.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
  levels: everywhere("mandatory"),
  types: [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
  ],
  check(lifecycle, context) {
    const rules = list(lifecycle.props.rules);
    if (rules.length === 0) context.report("has no rules");
    context.each(rules, (item, index) => {
      const rule = map(item);
      if (rule.status !== "Enabled") return;
      if (!isMap(rule.filter) && isEmpty(rule.prefix)) context.report(`rules[${index}] has no filter`);
      if (!ACTIONS.some((action) => acts(rule[action]))) context.report(`rules[${index}] has no action`);
      const days = at(rule, "expiration.days");
      if (typeof days === "number" && days <= 0) context.report(`rules[${index}] expires after ${days} days`);
    });
  },
});

const acts = (action: unknown): boolean =>
  Array.isArray(action) ? action.length > 0 : isMap(action) && Object.keys(action).length > 0;
