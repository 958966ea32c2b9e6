/** CloudTrail. */
import type { Service } from "../package.ts";
import { conflict, matches, refuses, requires } from "../rules.ts";
import facts from "./cloudtrail.json" with { type: "json" };
import { arn, named, row, text } from "./common.ts";

export const cloudtrail: Service = {
  file: "sandbox/aws/cloudtrail.json",
  facts,
  behaviours: {
    "aws:cloudtrail/trail:Trail": row({
      autoname: named("name", 128, { replaces: /[^A-Za-z0-9._-]/g }),
      rules: [
        matches(
          "name",
          /^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/,
          "has 3 to 128 letters, digits, periods, hyphens and underscores",
        ),
        refuses("name", /[._-]{2}/, "must not have two of the characters . _ - next to each other"),
        conflict("eventSelectors", "advancedEventSelectors"),
        requires("cloudWatchLogsRoleArn", "cloudWatchLogsGroupArn"),
        matches("cloudWatchLogsGroupArn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        matches("cloudWatchLogsRoleArn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        matches("kmsKeyId", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
      ],
      unique: (inputs, surroundings) => [`trail ${arn(surroundings, "cloudtrail", text(inputs, "name"))}`],
      taken: (inputs) => `TrailAlreadyExistsException: trail ${text(inputs, "name")} already exists`,
      id: (inputs, surroundings) => arn(surroundings, "cloudtrail", `trail/${text(inputs, "name")}`),
      outputs: (inputs, surroundings, id) => ({
        arn: id,
        homeRegion: surroundings.region,
        snsTopicArn: inputs.snsTopicName === undefined ? "" : arn(surroundings, "sns", text(inputs, "snsTopicName")),
      }),
    }),
  },
};
