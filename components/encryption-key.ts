import * as aws from "@pulumi/aws/kms/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";
import { policyDocument, type Statement } from "./policy-document.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface EncryptionKeyArgs {
  /** What the key protects, as an auditor reads it. */
  readonly description: string;
  /** The account whose IAM policies decide who may use the key: 12 digits. */
  readonly accountId: string;
  readonly ownership: Ownership;
  /** Losing the key loses the data under it, so it is protected like the data. */
  readonly dataProtection: DataProtection;
  /** AWS services that use the key on the account's behalf, for example `cloudwatch.amazonaws.com`. @default none */
  readonly services?: readonly string[];
  /** Days between a deletion and its execution, 7 to 30. @default 30: the longest time to notice a mistake */
  readonly deletionWindowDays?: number;
  /** Where the key lives. @default the provider's region */
  readonly region?: string;
}

/** A customer-managed symmetric key that rotates every year, and its alias `alias/<name>`. */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    const deletionWindowInDays = args.deletionWindowDays ?? 30;
    demand(
      Number.isInteger(deletionWindowInDays) && deletionWindowInDays >= 7 && deletionWindowInDays <= 30,
      `${name}.deletionWindowDays`,
      `${deletionWindowInDays} days is no deletion window that KMS accepts`,
      "Use 7 to 30 days.",
    );
    super("thorbis:security:EncryptionKey", name, {}, opts);
    const { region } = args;
    const key = new aws.Key(
      name,
      {
        description: args.description,
        enableKeyRotation: true,
        rotationPeriodInDays: 365,
        deletionWindowInDays,
        policy: keyPolicy(args.accountId, args.services ?? []),
        tags: tagsFor("EncryptionKey", args.ownership),
        region,
      },
      pulumi.mergeOptions(dataOptions(args.dataProtection), { parent: this }),
    );
    new aws.Alias(`${name}-alias`, { name: `alias/${name}`, targetKeyId: key.keyId, region }, { parent: this });
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** Root may administer, so IAM policies count and the key cannot be orphaned; services act only for this account. */
function keyPolicy(accountId: string, services: readonly string[]): pulumi.Output<string> {
  const administration: Statement = {
    Sid: "AccountDecides",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: "*",
  };
  const use = services.map(
    (service, index): Statement => ({
      Sid: `ServiceUse${index}`,
      Effect: "Allow",
      Principal: { Service: service },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*", "kms:Encrypt*", "kms:ReEncrypt*", "kms:DescribeKey"],
      Resource: "*",
      // CloudWatch Logs sends no source account; its encryption context carries the account's log group instead.
      Condition: service.startsWith("logs.")
        ? { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:*:${accountId}:log-group:*` } }
        : { StringEquals: { "aws:SourceAccount": accountId } },
    }),
  );
  return policyDocument([administration, ...use]);
}
