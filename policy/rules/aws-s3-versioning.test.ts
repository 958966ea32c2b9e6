import { bucket, part } from "../buckets.testing.ts";
import { describeRule } from "../testing.ts";
import { awsS3Versioning } from "./aws-s3-versioning.ts";

describeRule(awsS3Versioning, {
  compliant: [
    bucket,
    part("bucketVersioning:BucketVersioning", "versioning", { versioningConfiguration: { status: "Enabled" } }),
  ],
  mutations: {
    "refuses a bucket without versions": {
      on: "versioning",
      without: true,
      says: "holds backups and is not versioned",
    },
    "refuses suspended versions": {
      on: "versioning",
      set: { "versioningConfiguration.status": "Suspended" },
      says: "holds backups and its versioning is Suspended, Enabled is due",
    },
    "refuses a status that is missing": {
      on: "versioning",
      set: { versioningConfiguration: undefined },
      says: "holds backups and its versioning is not set, Enabled is due",
    },
  },
  unknown: ["versioning:versioningConfiguration.status"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
