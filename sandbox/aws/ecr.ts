/** ECR. */
import type { Service } from "../package.ts";
import { jsonDocument, length, matches, oneOf } from "../rules.ts";
import { arn, named, row, text } from "./common.ts";
import facts from "./ecr.json" with { type: "json" };
import { partitionOf } from "./regions.ts";

export const ecr: Service = {
  file: "sandbox/aws/ecr.json",
  facts,
  behaviours: {
    "aws:ecr/repository:Repository": row({
      autoname: named("name", 256, { lowerCase: true, replaces: /[^a-z0-9._/-]/g }),
      rules: [
        length("name", 2, 256),
        matches(
          "name",
          /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/,
          "must begin with a letter and have lower-case letters, digits and the characters . _ - /",
        ),
        oneOf("encryptionConfigurations[].encryptionType", ["AES256", "KMS", "KMS_DSSE"]),
      ],
      unique: (inputs, surroundings) => [`repository ${arn(surroundings, "ecr", text(inputs, "name"))}`],
      taken: (inputs) => `RepositoryAlreadyExistsException: the repository ${text(inputs, "name")} already exists`,
      id: (inputs) => text(inputs, "name"),
      outputs: (_, surroundings, id) => ({
        arn: arn(surroundings, "ecr", `repository/${id}`),
        registryId: surroundings.account,
        repositoryUrl: `${surroundings.account}.dkr.ecr.${surroundings.region}.${partitionOf(surroundings.region).dnsSuffix}/${id}`,
      }),
    }),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": row(
      {
        rules: [jsonDocument("policy")],
        unique: (inputs, { account, region }) => [
          `repository lifecycle ${account} ${region} ${text(inputs, "repository")}`,
        ],
        taken: "overwrite",
        id: (inputs) => text(inputs, "repository"),
        outputs: (_, { account }) => ({ registryId: account }),
      },
      { tagged: false },
    ),
  },
};
