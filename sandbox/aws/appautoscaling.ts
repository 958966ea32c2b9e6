/** Application Auto Scaling. */
import { randomUUID } from "node:crypto";
import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { length, oneOf, type Rule, range } from "../rules.ts";
import facts from "./appautoscaling.json" with { type: "json" };
import { arn, hex, named, once, row, text } from "./common.ts";

const namespaces = [
  "appstream",
  "cassandra",
  "comprehend",
  "custom-resource",
  "dynamodb",
  "ec2",
  "ecs",
  "elasticache",
  "elasticmapreduce",
  "kafka",
  "lambda",
  "neptune",
  "rds",
  "sagemaker",
  "workspaces",
];

const scaled = (inputs: PropertyMap): string =>
  `${text(inputs, "serviceNamespace")}/${text(inputs, "resourceId")}/${text(inputs, "scalableDimension")}`;

const bounds: Rule = ({ minCapacity, maxCapacity }, report) => {
  if (typeof minCapacity === "number" && typeof maxCapacity === "number" && minCapacity > maxCapacity) {
    report("minCapacity", `the minimum capacity (${minCapacity}) is above the maximum (${maxCapacity})`);
  }
};

const oneMetric: Rule = ({ targetTrackingScalingPolicyConfiguration: tracking }, report) => {
  if (!isMap(tracking)) return;
  if (
    (tracking.customizedMetricSpecification === undefined) ===
    (tracking.predefinedMetricSpecification === undefined)
  ) {
    report(
      "targetTrackingScalingPolicyConfiguration",
      "one of customizedMetricSpecification, predefinedMetricSpecification must be given, and only one",
    );
  }
};

export const appautoscaling: Service = {
  file: "sandbox/aws/appautoscaling.json",
  facts,
  behaviours: {
    "aws:appautoscaling/target:Target": row({
      rules: [
        bounds,
        oneOf("serviceNamespace", namespaces),
        range("minCapacity", 0, 2 ** 31 - 1),
        range("maxCapacity", 0, 2 ** 31 - 1),
      ],
      unique: (inputs, { account, region }) => [`scalable target ${account} ${region} ${scaled(inputs)}`],
      taken: "overwrite",
      id: (inputs) => text(inputs, "resourceId"),
      place: (outputs) => scaled(outputs),
      outputs: (inputs, surroundings) => ({
        arn: once(surroundings, "arn", () =>
          arn(surroundings, "application-autoscaling", `scalable-target/0${hex(29)}`),
        ),
        roleArn:
          inputs.roleArn ??
          `arn:aws:iam::${surroundings.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
      }),
    }),
    "aws:appautoscaling/policy:Policy": row(
      {
        autoname: named("name", 255),
        rules: [length("name", 1, 255), oneOf("serviceNamespace", namespaces), oneMetric],
        unique: (inputs, { account, region }) => [
          `scaling policy ${account} ${region} ${scaled(inputs)} ${text(inputs, "name")}`,
        ],
        taken: "overwrite",
        id: (inputs) => text(inputs, "name"),
        place: (outputs) => scaled(outputs),
        outputs: (inputs, surroundings) => ({
          alarmArns: surroundings.old?.alarmArns ?? alarms(inputs, surroundings.account, surroundings.region),
          arn: once(surroundings, "arn", () =>
            arn(
              surroundings,
              "autoscaling",
              `scalingPolicy:${randomUUID()}:resource/${text(inputs, "serviceNamespace")}/${text(inputs, "resourceId")}:policyName/${text(inputs, "name")}`,
            ),
          ),
        }),
      },
      { tagged: false },
    ),
  },
};

/** Target tracking makes two alarms of its own. */
function alarms(inputs: PropertyMap, account: string, region: string): string[] {
  if (inputs.policyType !== "TargetTrackingScaling") return [];
  return ["AlarmHigh", "AlarmLow"].map(
    (kind) =>
      `arn:aws:cloudwatch:${region}:${account}:alarm:TargetTracking-${text(inputs, "resourceId")}-${kind}-${randomUUID()}`,
  );
}
