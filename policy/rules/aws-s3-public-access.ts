import { BUCKET_TYPES, buckets, configuring } from "../buckets.ts";
import { cis, gdpr, pci } from "../frameworks.ts";
import { everywhere, stackRule } from "../rule.ts";

const SWITCHES = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

export const awsS3PublicAccess = stackRule({
  name: "aws-s3-public-access",
  title: "No bucket is public",
  description: "Every bucket blocks public access in all four ways, so that no later policy or ACL can open it.",
  severity: "critical",
  frameworks: [cis("2.1.4"), pci("1.4.4"), gdpr("32")],
  remediation: "Add a BucketPublicAccessBlock with all four switches true; serve public files through a CDN.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  levels: everywhere("mandatory"),
  types: BUCKET_TYPES,
  check(stack, context) {
    // One block for the account covers every bucket in it.
    const account = stack.ofType("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock");
    if (account.some((block) => SWITCHES.every((name) => block.props[name] === true))) return;
    context.each(buckets(stack), (bucket) => {
      const [block] = configuring(stack, bucket, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
      if (block === undefined) {
        context.report("has no BucketPublicAccessBlock", bucket);
        return;
      }
      const open = SWITCHES.filter((name) => block.props[name] !== true);
      if (open.length > 0) context.report(`leaves ${open.join(", ")} off`, bucket);
    });
  },
});
