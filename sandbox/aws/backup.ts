/** AWS Backup. */
import { randomUUID } from "node:crypto";
import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { count, matches, type Rule, range } from "../rules.ts";
import facts from "./backup.json" with { type: "json" };
import { arn, lettersAndDigits, named, row, text } from "./common.ts";

const nameRule = (property: string): Rule =>
  matches(property, /^[A-Za-z0-9_.-]{1,50}$/, "has 1 to 50 letters, digits, hyphens, underscores and periods");

/** What moves to cold storage stays there for 90 days at least. */
const lifecycle: Rule = (inputs, report) => {
  const rules = Array.isArray(inputs.rules) ? inputs.rules : [];
  for (const [index, rule] of rules.entries()) {
    const kept = isMap(rule) && isMap(rule.lifecycle) ? rule.lifecycle : {};
    const { coldStorageAfter, deleteAfter } = kept;
    if (
      typeof coldStorageAfter === "number" &&
      typeof deleteAfter === "number" &&
      deleteAfter < coldStorageAfter + 90
    ) {
      report(`rules[${index}].lifecycle.deleteAfter`, "must be at least 90 days after coldStorageAfter");
    }
  }
};

export const backup: Service = {
  file: "sandbox/aws/backup.json",
  facts,
  behaviours: {
    "aws:backup/vault:Vault": row({
      autoname: named("name", 50, { replaces: /[^A-Za-z0-9_-]/g }),
      rules: [matches("name", /^[A-Za-z0-9_-]{2,50}$/, "has 2 to 50 letters, digits, hyphens and underscores")],
      unique: (inputs, surroundings) => [`backup vault ${arn(surroundings, "backup", text(inputs, "name"))}`],
      taken: (inputs) => `AlreadyExistsException: backup vault ${text(inputs, "name")} already exists`,
      id: (inputs) => text(inputs, "name"),
      outputs: (inputs, surroundings, id) => ({
        arn: arn(surroundings, "backup", `backup-vault:${id}`),
        kmsKeyArn: inputs.kmsKeyArn ?? arn(surroundings, "kms", "key/aws/backup"),
        recoveryPoints: surroundings.old?.recoveryPoints ?? 0,
      }),
    }),
    "aws:backup/plan:Plan": row({
      autoname: named("name", 50, { replaces: /[^A-Za-z0-9_.-]/g }),
      rules: [
        nameRule("name"),
        nameRule("rules[].ruleName"),
        count("rules", 1, 100),
        range("rules[].startWindow", 60, 2 ** 31 - 1),
        lifecycle,
      ],
      id: () => randomUUID(),
      outputs: (_, surroundings, id) => ({
        arn: arn(surroundings, "backup", `backup-plan:${id}`),
        version: lettersAndDigits(48),
      }),
    }),
    "aws:backup/selection:Selection": row(
      {
        autoname: named("name", 50, { replaces: /[^A-Za-z0-9_.-]/g }),
        rules: [nameRule("name"), matches("iamRoleArn", /^arn:/, "is an invalid ARN: arn: invalid prefix")],
        id: () => randomUUID(),
        outputs: (inputs: PropertyMap) => ({
          conditions: inputs.conditions ?? [],
          notResources: inputs.notResources ?? [],
        }),
      },
      { tagged: false },
    ),
  },
};
