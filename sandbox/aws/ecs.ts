/** ECS. A Fargate task without CPU or memory, or a launch type beside capacity providers, passes the provider. */
import { isMap, isUnknown, type PropertyMap, type PropertyValue } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { count, given, length, matches, oneOf, type Report, type Rule, range, value } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import type { World } from "../world.ts";
import { arn, lastPart, named, row, text } from "./common.ts";
import facts from "./ecs.json" with { type: "json" };

const nameRule = (property: string): Rule =>
  matches(property, /^[0-9A-Za-z_-]{1,255}$/, "has 1 to 255 letters, digits, hyphens and underscores");

/** The document is a list of containers, written as JSON. */
const containers: Rule = (inputs, report) => {
  const written = inputs.containerDefinitions;
  if (typeof written !== "string" || isUnknown(written)) return;
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch {
    report("containerDefinitions", "ECS Task Definition container_definitions is invalid: not a JSON document");
    return;
  }
  if (!Array.isArray(parsed))
    report("containerDefinitions", "ECS Task Definition container_definitions is invalid: not a list");
  else for (const [index, container] of parsed.entries()) judgeContainer(container as PropertyMap, index, report);
};

function judgeContainer(container: PropertyMap, index: number, report: Report): void {
  const where = `containerDefinitions[${index}]`;
  if (!isMap(container)) {
    report(where, "is no object");
    return;
  }
  if (typeof container.name !== "string" || container.name === "") report(`${where}.name`, "is required");
  if (typeof container.image !== "string" || container.image === "") report(`${where}.image`, "is required");
  for (const [position, variable] of list(container.environment).entries()) {
    if (isMap(variable) && typeof variable.value !== "string") {
      report(`${where}.environment[${position}].value`, `must be a string, got a ${typeof variable.value}`);
    }
  }
}

const list = (found: PropertyValue | undefined): PropertyValue[] => (Array.isArray(found) ? found : []);

/** Fargate knows this network only. */
const network: Rule = (inputs, report) => {
  const compatibilities = list(inputs.requiresCompatibilities);
  if (compatibilities.includes("FARGATE") && given(inputs, "networkMode") && inputs.networkMode !== "awsvpc") {
    report("networkMode", "must be awsvpc for Fargate");
  }
};

const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition";

function nextRevision(family: string, world: World): number {
  const made = world.list().filter(({ type, outputs }) => type === taskDefinitionType && outputs.family === family);
  return made.reduce((highest, { outputs }) => Math.max(highest, Number(outputs.revision)), 0) + 1;
}

function taskOutputs(inputs: PropertyMap, surroundings: Surroundings): PropertyMap {
  const family = text(inputs, "family");
  const revision = surroundings.old?.revision ?? nextRevision(family, surroundings.world);
  const arnWithoutRevision = arn(surroundings, "ecs", `task-definition/${family}`);
  return {
    arn: `${arnWithoutRevision}:${String(revision)}`,
    arnWithoutRevision,
    revision,
    networkMode: inputs.networkMode ?? "bridge",
    enableFaultInjection: inputs.enableFaultInjection ?? false,
  };
}

const clusterName = (inputs: PropertyMap): string => lastPart(text(inputs, "cluster")) || "default";

const builtIn = ["FARGATE", "FARGATE_SPOT"];

export const ecs: Service = {
  file: "sandbox/aws/ecs.json",
  facts,
  behaviours: {
    "aws:ecs/cluster:Cluster": row({
      autoname: named("name", 255, { replaces: /[^0-9A-Za-z_-]/g }),
      rules: [
        nameRule("name"),
        oneOf("settings[].name", ["containerInsights"]),
        oneOf("settings[].value", ["enabled", "enhanced", "disabled"]),
      ],
      unique: (inputs, surroundings) => [`cluster ${arn(surroundings, "ecs", text(inputs, "name"))}`],
      // CreateCluster answers with the cluster that has the name already.
      taken: "overwrite",
      id: (inputs, surroundings) => arn(surroundings, "ecs", `cluster/${text(inputs, "name")}`),
      outputs: (inputs, _, id) => ({
        arn: id,
        settings: inputs.settings ?? [{ name: "containerInsights", value: "disabled" }],
      }),
    }),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": row(
      {
        rules: [
          nameRule("clusterName"),
          range("defaultCapacityProviderStrategies[].base", 0, 100_000),
          range("defaultCapacityProviderStrategies[].weight", 0, 1000),
          (inputs, report) => {
            const known = list(inputs.capacityProviders);
            for (const [index, strategy] of list(inputs.defaultCapacityProviderStrategies).entries()) {
              const used = isMap(strategy) ? strategy.capacityProvider : undefined;
              if (
                typeof used === "string" &&
                builtIn.includes(used) &&
                !known.includes(used) &&
                !known.some(isUnknown)
              ) {
                report(
                  `defaultCapacityProviderStrategies[${index}].capacityProvider`,
                  `${used} is not among capacityProviders`,
                );
              }
            }
          },
        ],
        unique: (inputs, { account, region }) => [
          `cluster capacity providers ${account} ${region} ${text(inputs, "clusterName")}`,
        ],
        taken: "overwrite",
        id: (inputs) => text(inputs, "clusterName"),
      },
      { tagged: false },
    ),
    "aws:ecs/service:Service": row({
      autoname: named("name", 255, { replaces: /[^0-9A-Za-z_-]/g }),
      rules: [
        nameRule("name"),
        range("healthCheckGracePeriodSeconds", 0, 2 ** 31 - 1),
        range("desiredCount", 0, 2 ** 31 - 1),
        range("capacityProviderStrategies[].base", 0, 100_000),
        range("capacityProviderStrategies[].weight", 0, 1000),
        range("loadBalancers[].containerPort", 0, 65_536),
        count("networkConfiguration.subnets", 1, 16),
        count("networkConfiguration.securityGroups", 0, 5),
      ],
      unique: (inputs, { account, region }) => [
        `service ${account} ${region} ${clusterName(inputs)} ${text(inputs, "name")}`,
      ],
      taken: (inputs) => `InvalidParameterException: creation of service ${text(inputs, "name")} was not idempotent`,
      id: (inputs, surroundings) => arn(surroundings, "ecs", `service/${clusterName(inputs)}/${text(inputs, "name")}`),
      outputs: (inputs, surroundings, id) => ({
        arn: id,
        availabilityZoneRebalancing: inputs.availabilityZoneRebalancing ?? "DISABLED",
        cluster: inputs.cluster ?? arn(surroundings, "ecs", "cluster/default"),
        launchType: inputs.launchType ?? (inputs.capacityProviderStrategies === undefined ? "EC2" : ""),
        platformVersion: inputs.platformVersion ?? "LATEST",
        iamRole: inputs.iamRole ?? "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
      }),
    }),
    [taskDefinitionType]: row({
      rules: [
        nameRule("family"),
        containers,
        network,
        matches("executionRoleArn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        matches("taskRoleArn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        range("ephemeralStorage.sizeInGib", 21, 200),
        length("volumes[].name", 1, 255),
        value("cpu", (found) =>
          typeof found === "string" && !/^\d+(\.\d+)?( ?vcpu)?$/i.test(found) ? "is no number of CPU units" : undefined,
        ),
      ],
      id: (inputs) => text(inputs, "family"),
      place: ({ region, revision }) => `${String(region)} ${String(revision)}`,
      outputs: taskOutputs,
    }),
  },
};
