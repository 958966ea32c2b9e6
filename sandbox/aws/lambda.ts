/** Lambda. */
import type { PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, given, length, matches, type Rule, range, value } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { arn, named, row, text } from "./common.ts";
import facts from "./lambda.json" with { type: "json" };
import { partitionOf } from "./regions.ts";

const code: Rule = (inputs, report) => {
  const found = ["code", "imageUri", "s3Bucket"].filter((name) => given(inputs, name));
  if (found.length !== 1) report("code", "one of code, imageUri, s3Bucket must be given, and only one");
  if (inputs.packageType === "Image" || given(inputs, "imageUri")) return;
  for (const needed of ["handler", "runtime"]) {
    if (!given(inputs, needed)) report(needed, "is required for a function that is no container image");
  }
};

const invokeArn = (region: string, target: string, version: string): string =>
  `arn:${partitionOf(region).id}:apigateway:${region}:lambda:path/${version}/functions/${target}/invocations`;

function outputs(inputs: PropertyMap, surroundings: Surroundings): PropertyMap {
  const name = text(inputs, "name");
  const own = arn(surroundings, "lambda", `function:${name}`);
  const before = Number(text(surroundings.old ?? {}, "version")) || 0;
  const version = inputs.publish === true ? String(before + 1) : "$LATEST";
  const qualified = `${own}:${version}`;
  return {
    arn: own,
    architectures: inputs.architectures ?? ["x86_64"],
    codeSha256: inputs.codeSha256 ?? inputs.sourceCodeHash ?? "",
    ephemeralStorage: inputs.ephemeralStorage ?? { size: 512 },
    invokeArn: invokeArn(surroundings.region, own, "2015-03-31"),
    lastModified: new Date().toISOString().replace("Z", "+0000"),
    loggingConfig: inputs.loggingConfig ?? { logFormat: "Text", logGroup: `/aws/lambda/${name}` },
    packageType: inputs.packageType ?? "Zip",
    qualifiedArn: qualified,
    qualifiedInvokeArn: invokeArn(surroundings.region, qualified, "2015-03-31"),
    responseStreamingInvokeArn: invokeArn(surroundings.region, own, "2021-11-15"),
    signingJobArn: "",
    signingProfileVersionArn: "",
    sourceCodeHash: inputs.sourceCodeHash ?? "",
    sourceCodeSize: 0,
    tracingConfig: inputs.tracingConfig ?? { mode: "PassThrough" },
    version,
  };
}

export const lambda: Service = {
  file: "sandbox/aws/lambda.json",
  facts,
  behaviours: {
    "aws:lambda/function:Function": row({
      autoname: named("name", 64, { replaces: /[^A-Za-z0-9_-]/g }),
      rules: [
        length("name", 1, 140),
        matches("name", /^[A-Za-z0-9_:.$-]+$/, "only letters, digits, hyphens and underscores are allowed"),
        code,
        conflict("s3Key", "code"),
        range("memorySize", 128, 32_768),
        range("timeout", 1, 900),
        range("ephemeralStorage.size", 512, 10_240),
        range("reservedConcurrentExecutions", -1, 2 ** 31 - 1),
        matches("role", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        value("environment.variables", (found) => {
          const bad = Object.keys(found ?? {}).find((name) => name !== "__defaults" && !/^[A-Za-z]\w+$/.test(name));
          return bad === undefined ? undefined : `${bad} is no valid name of a variable`;
        }),
      ],
      unique: (inputs, surroundings) => [`function ${arn(surroundings, "lambda", text(inputs, "name"))}`],
      taken: (inputs) => `ResourceConflictException: function already exists: ${text(inputs, "name")}`,
      id: (inputs) => text(inputs, "name"),
      outputs,
      unset: { packageType: "Zip" },
      replaces: (old, inputs) =>
        (old.durableConfig === undefined) === given(inputs, "durableConfig") ? ["durableConfig"] : [],
    }),
  },
};
