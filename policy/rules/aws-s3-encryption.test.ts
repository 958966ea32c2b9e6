import { bucket, part } from "../buckets.testing.ts";
import { describeRule, resource } from "../testing.ts";
import { awsS3Encryption } from "./aws-s3-encryption.ts";

const type = "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const applied = "rules.0.applyServerSideEncryptionByDefault";

describeRule(awsS3Encryption, {
  compliant: [
    bucket,
    part(type, "encryption", {
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:key" } }],
    }),
  ],
  mutations: {
    "leaves other buckets alone": {
      add: [resource("aws:s3/bucket:Bucket", "pictures", { bucket: "pictures" })],
      says: [],
    },
    "leaves the access log alone, which S3 writes without a customer key": {
      add: [resource("aws:s3/bucket:Bucket", "backups-access-log", { bucket: "shop-backups-access-log" })],
      says: [],
    },
    "refuses a missing configuration": {
      on: "encryption",
      without: true,
      says: "holds backups and has no encryption configuration",
    },
    "refuses S3's own key": {
      on: "encryption",
      set: { [applied]: { sseAlgorithm: "AES256" } },
      says: "holds backups and is encrypted with AES256, aws:kms is due",
    },
    "refuses the account's default key": {
      on: "encryption",
      set: { [`${applied}.kmsMasterKeyId`]: undefined },
      says: "holds backups and is encrypted with the account's default key, a customer key is due",
    },
    "accepts a key that is not known yet": {
      on: "encryption",
      set: { [`${applied}.kmsMasterKeyId`]: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
      says: [],
    },
  },
  unknown: ["encryption:rules"],
  elsewhere: { development: "advisory", staging: "advisory" },
});
