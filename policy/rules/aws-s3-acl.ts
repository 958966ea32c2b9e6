import { BUCKET_TYPES } from "../buckets.ts";
import { cis, pci } from "../frameworks.ts";
import { at, list, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsS3Acl = resourceRule({
  name: "aws-s3-acl",
  title: "No bucket opens itself by ACL",
  description: "No bucket has an ACL that lets everybody, or everybody with an AWS account, read or write it.",
  severity: "critical",
  frameworks: [cis("2.1.4"), pci("1.4.4")],
  remediation: "Take acl away and grant rights by policy; serve public files through a CDN.",
  link: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  levels: everywhere("mandatory"),
  types: [...BUCKET_TYPES, "aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"],
  check(bucket, context) {
    const acl = text(bucket.props.acl);
    const grants = [...list(bucket.props.grants), ...list(at(bucket.props, "accessControlPolicy.grants"))];
    const group = grants.map((grant) => text(at(grant, "uri")) ?? text(at(grant, "grantee.uri"))).find(isPublic);
    if (group !== undefined) context.report(`grants rights to ${group.split("/").at(-1)}`);
    if (acl?.startsWith("public-") === true || acl === "authenticated-read") context.report(`has the ACL ${acl}`);
  },
});

const isPublic = (uri: string | undefined): uri is string => /\/(AllUsers|AuthenticatedUsers)$/.test(uri ?? "");
