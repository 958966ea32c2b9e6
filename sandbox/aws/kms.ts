/** KMS. */
import { randomUUID } from "node:crypto";
import type { PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, given, jsonDocument, length, matches, type Rule, range, refuses } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { arn, lastPart, row, text } from "./common.ts";
import facts from "./kms.json" with { type: "json" };

function defaultPolicy({ account }: Surroundings): string {
  const statement = {
    Sid: "Enable IAM User Permissions",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  };
  return JSON.stringify({ Id: "key-default-1", Statement: [statement], Version: "2012-10-17" });
}

const keyArnOf = (id: string, surroundings: Surroundings): string =>
  id.startsWith("arn:") ? id : arn(surroundings, "kms", `key/${id}`);

const rotation: Rule = (inputs, report) => {
  if (given(inputs, "rotationPeriodInDays") && inputs.enableKeyRotation !== true) {
    report("rotationPeriodInDays", "needs enableKeyRotation");
  }
};

const aliasName = (inputs: PropertyMap): string => text(inputs, "name");

export const kms: Service = {
  file: "sandbox/aws/kms.json",
  facts,
  behaviours: {
    "aws:kms/key:Key": row({
      rules: [
        range("deletionWindowInDays", 7, 30),
        range("rotationPeriodInDays", 90, 2560),
        rotation,
        jsonDocument("policy"),
        length("description", 0, 8192),
      ],
      id: () => randomUUID(),
      outputs: (inputs, surroundings, id) => ({
        arn: keyArnOf(id, surroundings),
        keyId: id,
        description: inputs.description ?? "",
        customerMasterKeySpec: inputs.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT",
        keyUsage: inputs.keyUsage ?? "ENCRYPT_DECRYPT",
        multiRegion: inputs.multiRegion ?? false,
        policy: inputs.policy ?? defaultPolicy(surroundings),
        rotationPeriodInDays: inputs.rotationPeriodInDays ?? (inputs.enableKeyRotation === true ? 365 : 0),
      }),
      unset: { customerMasterKeySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT" },
    }),
    "aws:kms/alias:Alias": row(
      {
        autoname: { property: "name", maxLength: 256 },
        normalise(inputs) {
          // Generated names lack the prefix that the service requires.
          const { name } = inputs;
          if (typeof name === "string" && isGenerated(inputs) && !name.startsWith("alias/"))
            inputs.name = `alias/${name}`;
        },
        rules: [
          matches(
            "name",
            /^alias\/[a-zA-Z0-9/_-]+$/,
            "must begin with 'alias/' and be comprised of only [a-zA-Z0-9/_-]",
          ),
          refuses("name", /^alias\/aws\//, "names that begin with alias/aws/ are reserved"),
          length("name", 1, 256),
          conflict("name", "namePrefix"),
        ],
        unique: (inputs, surroundings) => [`kms alias ${arn(surroundings, "kms", aliasName(inputs))}`],
        taken: (inputs) =>
          `creating KMS Alias (${aliasName(inputs)}): AlreadyExistsException: an alias with this name exists`,
        id: aliasName,
        outputs: (inputs, surroundings) => ({
          arn: arn(surroundings, "kms", aliasName(inputs)),
          targetKeyArn: keyArnOf(text(inputs, "targetKeyId"), surroundings),
        }),
        equivalent: { targetKeyId: (first, second) => lastPart(first) === lastPart(second) },
      },
      { tagged: false },
    ),
  },
};

function isGenerated(inputs: PropertyMap): boolean {
  const marked = inputs.__defaults;
  return Array.isArray(marked) && marked.includes("name");
}
