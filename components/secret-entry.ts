import * as secretsmanager from "@pulumi/aws/secretsmanager/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { policyDocument } from "./policy-document.ts";
import type { Tags } from "./tags.ts";

/** Who changes the value: a Lambda function on schedule, or a person who is reminded. */
export type SecretRotationPlan =
  | { readonly by: "person"; readonly everyDays: number }
  | { readonly by: "function"; readonly everyDays: number; readonly functionArn: pulumi.Input<string> };

export interface SecretEntryArgs {
  readonly secretName: string;
  readonly description: string;
  readonly value: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  /** Everybody who may read or change the value. */
  readonly readerArns: readonly string[];
  readonly rotation: SecretRotationPlan;
  readonly tags: Tags;
  readonly dataProtection: DataProtection;
  readonly region: string;
}

/** One entry of Secrets Manager: its value, its readers and its rotation. */
export class SecretEntry extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: SecretEntryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:security:SecretEntry", name, {}, opts);
    const { dataProtection, region, rotation } = args;
    const child = { parent: this };
    const secret = new secretsmanager.Secret(
      name,
      {
        name: args.secretName,
        description: args.description,
        kmsKeyId: args.keyArn,
        // A name stays taken while its secret waits for deletion: disposable environments are built anew at once.
        recoveryWindowInDays: dataProtection === "protected" ? 30 : 0,
        tags: args.tags,
        region,
      },
      pulumi.mergeOptions(dataOptions(dataProtection), child),
    );
    this.arn = secret.arn;
    new secretsmanager.SecretVersion(
      `${name}-value`,
      { secretId: secret.id, secretString: pulumi.secret(args.value), region },
      // The version that a rotation replaced stays readable until the new one is proven.
      pulumi.mergeOptions(dataProtection === "protected" ? { retainOnDelete: true } : {}, child),
    );
    new secretsmanager.SecretPolicy(
      `${name}-readers`,
      { secretArn: secret.arn, policy: readers(args.readerArns), blockPublicPolicy: true, region },
      child,
    );
    if (rotation.by === "function") {
      new secretsmanager.SecretRotation(
        `${name}-rotation`,
        {
          secretId: secret.id,
          rotationLambdaArn: rotation.functionArn,
          rotationRules: { automaticallyAfterDays: rotation.everyDays },
          // The first rotation waits for its day: a deployment does not change a password under a running service.
          rotateImmediately: false,
          region,
        },
        child,
      );
    }
    this.registerOutputs({ arn: this.arn });
  }
}

/** A refusal, because a grant would add to what IAM policies allow and never take away. */
function readers(readerArns: readonly string[]): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "OnlyNamedReaders",
      Effect: "Deny",
      Principal: "*",
      Action: "secretsmanager:GetSecretValue",
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": readerArns } },
    },
  ]);
}
