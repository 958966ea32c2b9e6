/** S3. Names, domain names and zone ids as the service gives them. */
import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, count, jsonDocument, length, matches, oneOf, type Rule, range, refuses } from "../rules.ts";
import type { Behaviour, Surroundings } from "../type.ts";
import { named, row, text } from "./common.ts";
import { bucketZoneIds, partitionOf } from "./regions.ts";
import facts from "./s3.json" with { type: "json" };

/** Upper case passes the provider and fails only at the service: it is a policy's to catch. */
const nameRules: Rule[] = [
  length("bucket", 3, 63),
  matches("bucket", /^[A-Za-z0-9._-]+$/, "only alphanumeric characters, hyphens, underscores and periods are allowed"),
  refuses("bucket", /^\d+\.\d+\.\d+\.\d+$/, "must not be formatted as an IP address"),
  refuses("bucket", /\.\./, "cannot contain two periods next to each other"),
  conflict("bucket", "bucketPrefix"),
];

function bucketOutputs(_: PropertyMap, { account, region }: Surroundings, name: string): PropertyMap {
  const { id: partition, dnsSuffix } = partitionOf(region);
  void account;
  return {
    arn: `arn:${partition}:s3:::${name}`,
    bucketDomainName: `${name}.s3.${dnsSuffix}`,
    bucketRegion: region,
    bucketRegionalDomainName: `${name}.s3.${region}.${dnsSuffix}`,
    hostedZoneId: bucketZoneIds[region] ?? "Z3AQBSTGFYJSTF",
    websiteDomain: "",
    websiteEndpoint: "",
  };
}

const bucket = row({
  autoname: named("bucket", 63, { lowerCase: true, replaces: /[^a-z0-9.-]/g }),
  rules: [...nameRules, jsonDocument("policy"), oneOf("requestPayer", ["BucketOwner", "Requester"])],
  unique: (inputs) => [`bucket ${text(inputs, "bucket")}`],
  taken: (inputs) =>
    `creating S3 Bucket (${text(inputs, "bucket")}): BucketAlreadyExists: the requested bucket name is not available; ` +
    "the bucket namespace is shared by all users of the system",
  id: (inputs) => text(inputs, "bucket"),
  outputs: bucketOutputs,
});

/** A part of a bucket's configuration: there is one of each for a bucket, and the bucket's name is its id. */
function part(kind: string, rules: Rule[] = [], more: Partial<Behaviour> = {}): Behaviour {
  return row(
    {
      rules: [length("bucket", 1, 63), ...rules],
      unique: (inputs) => [`bucket ${kind} ${text(inputs, "bucket")}`],
      // The service knows no "create" for these: a second one replaces the first.
      taken: "overwrite",
      admit: ({ bucket: name }, { world }) =>
        typeof name === "string" && world.owner(`bucket ${name}`) === undefined
          ? `putting S3 Bucket (${name}) ${kind}: NoSuchBucket: the specified bucket does not exist`
          : undefined,
      id: (inputs) => text(inputs, "bucket"),
      ...more,
    },
    { tagged: false },
  );
}

const expiringRules: Rule[] = [
  count("rules", 1, 1000),
  length("rules[].id", 1, 255),
  oneOf("rules[].status", ["Enabled", "Disabled"]),
  range("rules[].expiration.days", 1, 2 ** 31 - 1),
  range("rules[].noncurrentVersionExpiration.noncurrentDays", 1, 2 ** 31 - 1),
  range("rules[].noncurrentVersionExpiration.newerNoncurrentVersions", 1, 100),
  range("rules[].transitions[].days", 0, 2 ** 31 - 1),
];

const retention: Rule = (inputs, report) => {
  const kept = isMap(inputs.rule) ? inputs.rule.defaultRetention : undefined;
  if (!isMap(kept)) return;
  if ((kept.days === undefined) === (kept.years === undefined)) {
    report("rule.defaultRetention", "one of days, years must be given, and only one");
  }
};

const kmsNeedsItsAlgorithm = refuses(
  "rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId",
  /^\s*$/,
  "must not be empty",
);

export const s3: Service = {
  file: "sandbox/aws/s3.json",
  facts,
  bridges: { "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "framework" },
  behaviours: {
    "aws:s3/bucket:Bucket": bucket,
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": part("CORS Configuration", [
      count("corsRules", 1, 100),
      oneOf("corsRules[].allowedMethods[]", ["GET", "PUT", "POST", "DELETE", "HEAD"]),
    ]),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": part("Lifecycle Configuration", expiringRules, {
      unset: { expectedBucketOwner: "", transitionDefaultMinimumObjectSize: "all_storage_classes_128K" },
    }),
    "aws:s3/bucketLogging:BucketLogging": part("Logging"),
    "aws:s3/bucketNotification:BucketNotification": part("Notification"),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": part("Object Lock Configuration", [
      retention,
      range("rule.defaultRetention.days", 1, 36500),
      range("rule.defaultRetention.years", 1, 100),
    ]),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": part("Ownership Controls"),
    "aws:s3/bucketPolicy:BucketPolicy": part("Policy", [jsonDocument("policy")]),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": part("Public Access Block"),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": part("Replication Configuration", [
      count("rules", 1, 1000),
      length("rules[].id", 1, 255),
      matches("role", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
    ]),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": part(
      "Server-side Encryption Configuration",
      [count("rules", 1, 1), kmsNeedsItsAlgorithm],
    ),
    "aws:s3/bucketVersioning:BucketVersioning": part("Versioning", [], {}),
  },
};
