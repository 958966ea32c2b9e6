import { BUCKET_TYPES, buckets, configuring } from "../buckets.ts";
import { cis, pci } from "../frameworks.ts";
import { deniesPlainText, opensTo, statementsOf } from "../iam.ts";
import { sharedEnvironments, stackRule } from "../rule.ts";

export const awsS3TlsOnly = stackRule({
  name: "aws-s3-tls-only",
  title: "Buckets answer over TLS only",
  description:
    "Every bucket's policy denies requests without TLS and allows nobody from outside, so that data leaves neither readable nor to strangers.",
  severity: "high",
  frameworks: [cis("2.1.1"), pci("4.2.1")],
  remediation:
    "Add a BucketPolicy that denies s3:* to everybody when aws:SecureTransport is false, and allow named principals only.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
  levels: sharedEnvironments,
  types: BUCKET_TYPES,
  check(stack, context) {
    context.each(buckets(stack), (bucket) => {
      const [policy] = configuring(stack, bucket, "aws:s3/bucketPolicy:BucketPolicy");
      if (policy === undefined) {
        context.report("has no policy, so it answers without TLS", bucket);
        return;
      }
      const statements = statementsOf(policy.props.policy);
      if (statements === undefined) {
        context.report("has a policy that is no JSON document", bucket);
        return;
      }
      if (!statements.some(deniesPlainText))
        context.report("has a policy that does not deny requests without TLS", bucket);
      for (const statement of statements) {
        const opening = opensTo(statement);
        if (opening !== undefined) context.report(`has a policy whose statement ${statement.sid} ${opening}`, bucket);
      }
    });
  },
});
