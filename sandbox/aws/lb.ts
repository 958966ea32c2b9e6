/** Load balancers. */
import { isMap, type PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, count, given, matches, oneOf, type Rule, range, refuses, value } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import { arn, hex, named, once, row, text, vpcOf } from "./common.ts";
import facts from "./lb.json" with { type: "json" };

const nameRules: Rule[] = [
  matches("name", /^[0-9A-Za-z-]{1,32}$/, "has 1 to 32 alphanumeric characters and hyphens"),
  refuses("name", /^-|-$/, "cannot begin or end with a hyphen"),
  conflict("name", "namePrefix"),
];

const kinds: Readonly<Record<string, string>> = { application: "app", network: "net", gateway: "gwy" };
const kindOf = (inputs: PropertyMap): string => text(inputs, "loadBalancerType") || "application";

const balancerArn = (inputs: PropertyMap, surroundings: Surroundings): string =>
  arn(
    surroundings,
    "elasticloadbalancing",
    `loadbalancer/${kinds[kindOf(inputs)] ?? "app"}/${text(inputs, "name")}/${hex(16)}`,
  );

/** The hosted zones of load balancers' names in us-east-1; elsewhere they differ, and nothing here looks them up. */
const zoneIds: Readonly<Record<string, string>> = {
  application: "Z35SXDOTRQ7X7K",
  gateway: "Z35SXDOTRQ7X7K",
  network: "Z26RNL4JYFTOTI",
};

function balancerOutputs(inputs: PropertyMap, surroundings: Surroundings, id: string): PropertyMap {
  const prefix = inputs.internal === true ? "internal-" : "";
  const number = once(
    surroundings,
    "dnsName",
    () => `${prefix}${text(inputs, "name")}-${Number.parseInt(hex(7), 16)}.${surroundings.region}.elb.amazonaws.com`,
  );
  return {
    arn: id,
    arnSuffix: id.slice(id.indexOf("loadbalancer/") + "loadbalancer/".length),
    dnsName: number,
    internal: inputs.internal ?? false,
    ipAddressType: inputs.ipAddressType ?? "ipv4",
    loadBalancerType: kindOf(inputs),
    securityGroups: inputs.securityGroups ?? [],
    subnets: inputs.subnets ?? [],
    vpcId: vpcOf(inputs.subnets, surroundings),
    zoneId: zoneIds[kindOf(inputs)] ?? "",
  };
}

const isEmpty = (found: unknown): boolean => !Array.isArray(found) || found.length === 0;

/** A network load balancer keeps its subnets and its having security groups. */
function balancerReplaces(old: PropertyMap, inputs: PropertyMap): string[] {
  const forced: string[] = [];
  if (kindOf(inputs) === "network") {
    if (isEmpty(old.securityGroups) !== isEmpty(inputs.securityGroups)) forced.push("securityGroups");
    const kept = Array.isArray(inputs.subnets) ? inputs.subnets : [];
    if (Array.isArray(old.subnets) && old.subnets.some((subnet) => !kept.includes(subnet))) forced.push("subnets");
  }
  const [before, wanted] = [old.secondaryIpsAutoAssignedPerSubnet, inputs.secondaryIpsAutoAssignedPerSubnet];
  if (typeof before === "number" && typeof wanted === "number" && wanted < before)
    forced.push("secondaryIpsAutoAssignedPerSubnet");
  return forced;
}

const needed: Readonly<Record<string, string>> = { "fixed-response": "fixedResponse", redirect: "redirect" };

const actionsOf =
  (property: "actions" | "defaultActions"): Rule =>
  (inputs, report) => {
    const found = inputs[property];
    const given = Array.isArray(found) ? found : [];
    for (const [index, action] of given.entries()) {
      if (!isMap(action)) continue;
      const block = needed[text(action, "type")];
      if (block !== undefined && action[block] === undefined)
        report(`${property}[${index}].${block}`, `is required for an action ${String(action.type)}`);
      if (action.type === "forward" && action.targetGroupArn === undefined && action.forward === undefined) {
        report(
          `${property}[${index}].targetGroupArn`,
          "one of targetGroupArn, forward must be given for an action forward",
        );
      }
    }
  };

const tls: Rule = (inputs, report) => {
  const secure = inputs.protocol === "HTTPS" || inputs.protocol === "TLS";
  if (secure && !given(inputs, "certificateArn"))
    report("certificateArn", `is required for the protocol ${String(inputs.protocol)}`);
};

function listenerArn({ loadBalancerArn }: PropertyMap): string {
  return `${String(loadBalancerArn).replace(":loadbalancer/", ":listener/")}/${hex(16)}`;
}

const targetRules: Rule = (inputs, report) => {
  const type = inputs.targetType ?? "instance";
  if (type === "lambda") return;
  for (const property of ["port", "protocol", "vpcId"]) {
    if (!given(inputs, property)) report(property, `is required for targets of the type ${String(type)}`);
  }
};

export const lb: Service = {
  file: "sandbox/aws/lb.json",
  facts,
  behaviours: {
    "aws:lb/loadBalancer:LoadBalancer": row({
      autoname: named("name", 32, { replaces: /[^0-9A-Za-z-]/g }),
      rules: [
        ...nameRules,
        refuses("name", /^internal-/, "cannot begin with internal-"),
        conflict("subnets", "subnetMappings"),
        range("idleTimeout", 1, 4000),
        range("clientKeepAlive", 60, 604_800),
        (inputs, report) => {
          if (!given(inputs, "subnets") && !given(inputs, "subnetMappings"))
            report("subnets", "one of subnets, subnetMappings must be given");
        },
        (inputs, report) => {
          if (kindOf(inputs) === "application" && Array.isArray(inputs.subnets) && inputs.subnets.length === 1) {
            report("subnets", "at least two subnets in two availability zones are needed");
          }
        },
      ],
      unique: (inputs, { account, region }) => [`load balancer ${account} ${region} ${text(inputs, "name")}`],
      taken: (inputs) => `DuplicateLoadBalancerName: a load balancer named ${text(inputs, "name")} already exists`,
      id: balancerArn,
      outputs: balancerOutputs,
      replaces: balancerReplaces,
      unset: { loadBalancerType: "application" },
    }),
    "aws:lb/listener:Listener": row({
      rules: [
        actionsOf("defaultActions"),
        tls,
        count("defaultActions", 1, 10),
        range("port", 1, 65_535),
        range("tcpIdleTimeoutSeconds", 60, 6000),
        matches("defaultActions[].fixedResponse.statusCode", /^[245]\d\d$/, "must be a status such as 200 or 404"),
        oneOf("defaultActions[].redirect.statusCode", ["HTTP_301", "HTTP_302"]),
        matches("loadBalancerArn", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
      ],
      unique: (inputs) => [`listener ${text(inputs, "loadBalancerArn")} ${String(inputs.port)}`],
      taken: (inputs) => `DuplicateListener: a listener already exists on port ${String(inputs.port)}`,
      id: listenerArn,
      outputs: (inputs, _, id) => ({
        arn: id,
        protocol: inputs.protocol ?? "HTTP",
        sslPolicy:
          inputs.sslPolicy ??
          (inputs.protocol === "HTTPS" || inputs.protocol === "TLS" ? "ELBSecurityPolicy-2016-08" : ""),
      }),
    }),
    "aws:lb/listenerRule:ListenerRule": row({
      rules: [actionsOf("actions"), count("conditions", 1, 5), range("priority", 1, 50_000)],
      unique: ({ listenerArn, priority }) =>
        priority === undefined ? [] : [`listener rule ${String(listenerArn)} ${String(priority)}`],
      taken: ({ priority }) => `PriorityInUse: Priority '${String(priority)}' is currently in use`,
      id: ({ listenerArn }) => `${String(listenerArn).replace(":listener/", ":listener-rule/")}/${hex(16)}`,
      // Without a priority the next free one behind all others is taken; nothing here declares a rule that way.
      outputs: ({ priority }, _, id) => ({ arn: id, priority: priority ?? 1 }),
    }),
    "aws:lb/targetGroup:TargetGroup": row({
      autoname: named("name", 32, { replaces: /[^0-9A-Za-z-]/g }),
      rules: [
        ...nameRules,
        targetRules,
        oneOf("targetType", ["instance", "ip", "lambda", "alb"]),
        range("port", 1, 65_535),
        range("slowStart", 0, 900),
        range("deregistrationDelay", 0, 3600),
        range("healthCheck.interval", 5, 300),
        range("healthCheck.timeout", 2, 120),
        range("healthCheck.healthyThreshold", 2, 10),
        range("healthCheck.unhealthyThreshold", 2, 10),
        value("healthCheck.path", (found) =>
          typeof found === "string" && found !== "" && !found.startsWith("/") ? "must begin with a slash" : undefined,
        ),
        range("stickiness.cookieDuration", 0, 604_800),
      ],
      unique: (inputs, { account, region }) => [`target group ${account} ${region} ${text(inputs, "name")}`],
      taken: (inputs) => `DuplicateTargetGroupName: a target group named ${text(inputs, "name")} already exists`,
      id: (inputs, surroundings) =>
        arn(surroundings, "elasticloadbalancing", `targetgroup/${text(inputs, "name")}/${hex(16)}`),
      outputs: (inputs, surroundings, id) => ({
        arn: id,
        arnSuffix: id.slice(id.indexOf("targetgroup/")),
        ipAddressType: inputs.ipAddressType ?? "ipv4",
        loadBalancerArns: surroundings.old?.loadBalancerArns ?? [],
        loadBalancingAlgorithmType: inputs.loadBalancingAlgorithmType ?? "round_robin",
        protocolVersion:
          inputs.protocolVersion ?? (inputs.protocol === "HTTP" || inputs.protocol === "HTTPS" ? "HTTP1" : ""),
      }),
      unset: { targetType: "instance" },
    }),
  },
};
