import { BUCKET_TYPES } from "../buckets.ts";
import { soc2 } from "../frameworks.ts";
import { flag } from "../properties.ts";
import { resourceRule, sharedEnvironments } from "../rule.ts";

export const awsS3ForceDestroy = resourceRule({
  name: "aws-s3-force-destroy",
  title: "Buckets with objects are not deleted",
  description: "No bucket has forceDestroy, which deletes every object together with the bucket.",
  severity: "high",
  frameworks: [soc2("A1.2")],
  remediation: "Take forceDestroy away; empty a bucket by hand when it really has to go.",
  link: "https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/",
  levels: sharedEnvironments,
  types: BUCKET_TYPES,
  check(bucket, context) {
    if (flag(bucket.props.forceDestroy)) context.report("has forceDestroy, so its objects go with it");
  },
});
