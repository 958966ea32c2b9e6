import { BUCKET_TYPES } from "../buckets.ts";
import { soc2 } from "../frameworks.ts";
import { text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsS3BucketName = resourceRule({
  name: "aws-s3-bucket-name",
  title: "Bucket names are valid",
  description: "A bucket's name follows S3's rules: the provider accepts capitals and the create fails.",
  severity: "low",
  frameworks: [soc2("CC8.1")],
  remediation: "Use 3 to 63 lower-case letters, digits, hyphens and dots, with a letter or digit at both ends.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  levels: everywhere("mandatory"),
  types: BUCKET_TYPES,
  check(bucket, context) {
    const name = text(bucket.props.bucket);
    if (name === undefined) return;
    const valid =
      /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !/\.\.|^\d+\.\d+\.\d+\.\d+$|^xn--|-s3alias$/.test(name);
    if (!valid) context.report(`bucket ${name} is not a valid bucket name`);
  },
});
