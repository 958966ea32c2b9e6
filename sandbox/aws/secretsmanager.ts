/** Secrets Manager. */
import { randomUUID } from "node:crypto";
import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, given, jsonDocument, length, matches, type Rule, range, value } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { arn, lettersAndDigits, named, once, row, text } from "./common.ts";
import facts from "./secretsmanager.json" with { type: "json" };

/** Six characters follow the name, so that a secret that is made anew has another ARN. */
const secretArn = (inputs: PropertyMap, surroundings: Surroundings): string =>
  arn(surroundings, "secretsmanager", `secret:${text(inputs, "name")}-${lettersAndDigits(6)}`);

const secretName = (inputs: PropertyMap, surroundings: Surroundings): string =>
  `secret ${arn(surroundings, "secretsmanager", text(inputs, "name"))}`;

const oneValue: Rule = (inputs, report) => {
  const found = ["secretString", "secretBinary", "secretStringWo"].filter((name) => given(inputs, name));
  if (found.length > 1) report(found[1] ?? "", `conflicts with ${found[0]}`);
};

const recoveryWindow = value("recoveryWindowInDays", (found) =>
  typeof found !== "number" || found === 0 || (found >= 7 && found <= 30)
    ? undefined
    : `expected 0 or to be in the range (7 - 30), got ${found}`,
);

export const secretsmanager: Service = {
  file: "sandbox/aws/secretsmanager.json",
  facts,
  behaviours: {
    "aws:secretsmanager/secret:Secret": row({
      autoname: named("name", 512),
      rules: [
        length("name", 1, 512),
        matches("name", /^[0-9A-Za-z/_+=.@-]+$/, "only letters, digits and the characters / _ + = . @ - are allowed"),
        conflict("name", "namePrefix"),
        recoveryWindow,
        jsonDocument("policy"),
        length("description", 0, 2048),
      ],
      unique: (inputs, surroundings) => [secretName(inputs, surroundings)],
      taken: (inputs) =>
        `creating Secrets Manager Secret (${text(inputs, "name")}): ResourceExistsException: the operation failed because ` +
        `the secret ${text(inputs, "name")} already exists`,
      id: secretArn,
      outputs: (inputs, _, id) => ({ arn: id, policy: inputs.policy ?? "", replicas: inputs.replicas ?? [] }),
      takesAlong: ({ id }, world) =>
        world.list().filter(({ type, inputs }) => type.startsWith("aws:secretsmanager/") && inputs.secretId === id),
    }),
    "aws:secretsmanager/secretVersion:SecretVersion": row(
      {
        rules: [oneValue, length("secretString", 0, 65536), length("secretBinary", 0, 65536)],
        id: (inputs) => `${text(inputs, "secretId")}|terraform-${randomUUID()}`,
        outputs: (inputs, surroundings, id) => ({
          arn: text(inputs, "secretId"),
          secretArn: text(inputs, "secretId"),
          hasSecretStringWo: given(inputs, "secretStringWo"),
          versionId: once(surroundings, "versionId", () => id.slice(id.indexOf("|") + 1)),
          versionStages: inputs.versionStages ?? ["AWSCURRENT"],
        }),
      },
      { tagged: false },
    ),
    "aws:secretsmanager/secretPolicy:SecretPolicy": row(
      {
        rules: [jsonDocument("policy")],
        unique: (inputs) => [`secret policy ${text(inputs, "secretArn")}`],
        taken: "overwrite",
        id: (inputs) => text(inputs, "secretArn"),
      },
      { tagged: false },
    ),
    "aws:secretsmanager/secretRotation:SecretRotation": row(
      {
        rules: [
          range("rotationRules.automaticallyAfterDays", 1, 1000),
          matches("rotationRules.duration", /^\d{1,2}h$/, "must be a number of hours such as 3h"),
          (inputs, report) => {
            const rules = inputs.rotationRules;
            if (!isMap(rules)) return;
            if (given(rules, "automaticallyAfterDays") === given(rules, "scheduleExpression")) {
              report("rotationRules", "one of automaticallyAfterDays, scheduleExpression must be given, and only one");
            }
          },
        ],
        unique: (inputs) => [`secret rotation ${text(inputs, "secretId")}`],
        taken: "overwrite",
        id: (inputs) => text(inputs, "secretId"),
        outputs: () => ({ rotationEnabled: true }),
      },
      { tagged: false },
    ),
  },
};
