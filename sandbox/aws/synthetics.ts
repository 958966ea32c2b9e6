/** Synthetic checks. */
import { randomUUID } from "node:crypto";
import type { Service } from "../package.ts";
import { exactlyOne, matches, type Rule, range } from "../rules.ts";
import { arn, named, row, text } from "./common.ts";
import facts from "./synthetics.json" with { type: "json" };

const source: Rule = exactlyOne("zipFile", "s3Bucket");

export const synthetics: Service = {
  file: "sandbox/aws/synthetics.json",
  facts,
  behaviours: {
    "aws:synthetics/canary:Canary": row({
      autoname: named("name", 255, { lowerCase: true, replaces: /[^0-9a-z_-]/g }),
      rules: [
        matches("name", /^[0-9a-z_-]{1,255}$/, "has 1 to 255 lower-case letters, digits, hyphens and underscores"),
        source,
        range("failureRetentionPeriod", 1, 1024),
        range("successRetentionPeriod", 1, 1024),
        range("runConfig.timeoutInSeconds", 3, 900),
        range("runConfig.memoryInMb", 960, 3008),
        matches("artifactS3Location", /^(s3:\/\/)?[a-z0-9.-]+/, "must be a location in S3"),
        matches("executionRoleArn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
      ],
      unique: (inputs, surroundings) => [`canary ${arn(surroundings, "synthetics", text(inputs, "name"))}`],
      taken: (inputs) => `ConflictException: canary ${text(inputs, "name")} already exists`,
      id: (inputs) => text(inputs, "name"),
      outputs: (inputs, surroundings, id) => ({
        arn: arn(surroundings, "synthetics", `canary:${id}`),
        engineArn: arn(surroundings, "lambda", `function:cwsyn-${id}-${randomUUID()}:1`),
        sourceLocationArn: arn(surroundings, "lambda", `layer:cwsyn-${id}-${randomUUID()}:1`),
        status: inputs.startCanary === true ? "RUNNING" : "READY",
        timelines: [],
      }),
      recomputed: [],
    }),
  },
};
