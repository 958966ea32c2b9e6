import { bucket } from "../buckets.testing.ts";
import { describeRule, resource } from "../testing.ts";
import { awsS3Acl } from "./aws-s3-acl.ts";

describeRule(awsS3Acl, {
  compliant: bucket,
  mutations: {
    "accepts no ACL at all": { set: { acl: undefined }, says: [] },
    "accepts a private ACL": { set: { acl: "private" }, says: [] },
    "refuses a public ACL": { set: { acl: "public-read" }, says: "has the ACL public-read" },
    "refuses everybody with an account": { set: { acl: "authenticated-read" }, says: "has the ACL authenticated-read" },
    "judges ACLs that stand alone": {
      add: [resource("aws:s3/bucketAcl:BucketAcl", "acl", { acl: "public-read-write" })],
      says: "has the ACL public-read-write",
    },
    "refuses a grant to everybody": {
      add: [
        resource("aws:s3/bucketAclV2:BucketAclV2", "acl", {
          accessControlPolicy: {
            grants: [
              {
                permission: "READ",
                grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/global/AllUsers" },
              },
            ],
          },
        }),
      ],
      says: "grants rights to AllUsers",
    },
    "accepts the group that delivers S3's logs": {
      set: {
        grants: [{ type: "Group", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery", permissions: ["WRITE"] }],
      },
      says: [],
    },
  },
  unknown: ["acl"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
