/** Budgets. A notification without a subscriber passes the provider. */
import type { PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, count, length, matches, type Rule, refuses, value } from "../rules.ts";
import facts from "./budgets.json" with { type: "json" };
import { globalArn, globalRow, named, text } from "./common.ts";

const moment = (property: string): Rule =>
  matches(property, /^\d{4}-\d\d-\d\d_\d\d:\d\d$/, "must have the form YYYY-MM-DD_HH:MM");

const amount = (property: string): Rule =>
  value(property, (found) =>
    typeof found === "string" && !/^\d{1,14}(\.\d{1,9})?$/.test(found) ? `must be an amount, got ${found}` : undefined,
  );

const startOfMonth = (): string => `${new Date().toISOString().slice(0, 7)}-01_00:00`;

const planned = ["limitAmount", "limitUnit"];

export const budgets: Service = {
  file: "sandbox/aws/budgets.json",
  facts,
  behaviours: {
    "aws:budgets/budget:Budget": globalRow({
      autoname: named("name", 100, { replaces: /[:\\]/g }),
      rules: [
        length("name", 1, 100),
        refuses("name", /[:\\]/, "must not contain a colon or a backslash"),
        conflict("name", "namePrefix"),
        moment("timePeriodStart"),
        moment("timePeriodEnd"),
        moment("plannedLimits[].startTime"),
        amount("limitAmount"),
        amount("plannedLimits[].amount"),
        count("notifications", 0, 10),
        matches("notifications[].subscriberSnsTopicArns[]", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        matches("accountId", /^\d{12}$/, "must be an AWS account id"),
        ...planned.map((property) => conflict(property, "plannedLimits")),
      ],
      unique: (inputs, { account }) => [`budget ${account} ${text(inputs, "name")}`],
      taken: (inputs) => `DuplicateRecordException: the budget ${text(inputs, "name")} already exists`,
      id: (inputs, { account }) => `${text(inputs, "accountId") || account}:${text(inputs, "name")}`,
      outputs: (inputs: PropertyMap, surroundings) => ({
        accountId: inputs.accountId ?? surroundings.account,
        arn: globalArn(surroundings, "budgets", `budget/${text(inputs, "name")}`),
        timePeriodStart: inputs.timePeriodStart ?? surroundings.old?.timePeriodStart ?? startOfMonth(),
      }),
      // The API answers an amount of dollars with a decimal.
      equivalent: { limitAmount: (first, second) => Number(first) === Number(second) },
    }),
  },
};
