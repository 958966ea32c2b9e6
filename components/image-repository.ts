import * as ecr from "@pulumi/aws/ecr/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface ImageRepositoryArgs {
  readonly ownership: Ownership;
  readonly dataProtection: DataProtection;
  /** The customer-managed key. @default ECR's own key (AES256) */
  readonly keyArn?: pulumi.Input<string>;
  /** Images that are kept, so many releases a rollback can go back. @default 50 */
  readonly keptImages?: number;
  /** @default the provider's region */
  readonly region?: string;
}

/** A repository whose tags never move and whose images are scanned; its name is the component's. */
export class ImageRepository extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: ImageRepositoryArgs, opts?: pulumi.ComponentResourceOptions) {
    const { keptImages = 50, keyArn, region } = args;
    demand(
      Number.isInteger(keptImages) && keptImages >= 2,
      `${name}.keptImages`,
      `${keptImages} images leave nothing to roll back to`,
      "Keep 2 or more.",
    );
    super("thorbis:compute:ImageRepository", name, {}, opts);
    const repository = new ecr.Repository(
      name,
      {
        name,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [
          keyArn === undefined ? { encryptionType: "AES256" } : { encryptionType: "KMS", kmsKey: keyArn },
        ],
        tags: tagsFor("ImageRepository", args.ownership),
        region,
      },
      pulumi.mergeOptions(dataOptions(args.dataProtection), { parent: this }),
    );
    new ecr.LifecyclePolicy(
      `${name}-expiry`,
      { repository: repository.name, policy: expiry(keptImages), region },
      { parent: this },
    );
    this.url = repository.repositoryUrl;
    this.registerOutputs({ url: this.url });
  }
}

function expiry(keptImages: number): string {
  const rule = (rulePriority: number, description: string, selection: object) => ({
    rulePriority,
    description,
    selection,
    action: { type: "expire" },
  });
  return JSON.stringify({
    rules: [
      rule(1, "Untagged images after a day", {
        tagStatus: "untagged",
        countType: "sinceImagePushed",
        countUnit: "days",
        countNumber: 1,
      }),
      rule(2, `All but the last ${keptImages} images`, {
        tagStatus: "any",
        countType: "imageCountMoreThan",
        countNumber: keptImages,
      }),
    ],
  });
}
