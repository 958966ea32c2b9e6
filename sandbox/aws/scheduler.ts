/** EventBridge Scheduler. What a schedule's expression means is the service's to judge, and passes the provider. */
import type { Service } from "../package.ts";
import { conflict, jsonDocument, length, matches, range } from "../rules.ts";
import { arn, named, row, text } from "./common.ts";
import facts from "./scheduler.json" with { type: "json" };

const nameRule = matches(
  "name",
  /^[0-9A-Za-z_.-]{1,64}$/,
  "has 1 to 64 letters, digits, hyphens, underscores and periods",
);

const groupOf = (inputs: Parameters<typeof text>[0]): string => text(inputs, "groupName") || "default";

export const scheduler: Service = {
  file: "sandbox/aws/scheduler.json",
  facts,
  behaviours: {
    "aws:scheduler/schedule:Schedule": row(
      {
        autoname: named("name", 64, { replaces: /[^0-9A-Za-z_.-]/g }),
        rules: [
          nameRule,
          conflict("name", "namePrefix"),
          length("scheduleExpression", 1, 256),
          length("scheduleExpressionTimezone", 1, 50),
          length("description", 0, 512),
          matches("target.arn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
          matches("target.roleArn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
          matches("kmsKeyArn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
          range("flexibleTimeWindow.maximumWindowInMinutes", 1, 1440),
          range("target.retryPolicy.maximumEventAgeInSeconds", 60, 86_400),
          range("target.retryPolicy.maximumRetryAttempts", 0, 185),
          range("target.ecsParameters.taskCount", 1, 10),
          jsonDocument("target.eventbridgeParameters.detail"),
        ],
        unique: (inputs, surroundings) => [
          `schedule ${arn(surroundings, "scheduler", `${groupOf(inputs)}/${text(inputs, "name")}`)}`,
        ],
        taken: (inputs) => `ConflictException: schedule ${text(inputs, "name")} already exists`,
        id: (inputs) => `${groupOf(inputs)}/${text(inputs, "name")}`,
        outputs: (inputs, surroundings, id) => ({
          arn: arn(surroundings, "scheduler", `schedule/${id}`),
          groupName: groupOf(inputs),
        }),
      },
      { tagged: false },
    ),
    "aws:scheduler/scheduleGroup:ScheduleGroup": row({
      autoname: named("name", 64, { replaces: /[^0-9A-Za-z_.-]/g }),
      rules: [nameRule, conflict("name", "namePrefix")],
      unique: (inputs, surroundings) => [`schedule group ${arn(surroundings, "scheduler", text(inputs, "name"))}`],
      id: (inputs) => text(inputs, "name"),
      outputs: (_, surroundings, id) => ({
        arn: arn(surroundings, "scheduler", `schedule-group/${id}`),
        creationDate: surroundings.old?.creationDate ?? new Date().toISOString(),
        lastModificationDate: new Date().toISOString(),
        state: "ACTIVE",
      }),
    }),
  },
};
