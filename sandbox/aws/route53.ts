/** Route 53. */
import { randomUUID } from "node:crypto";
import type { PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, count, given, length, oneOf, type Rule, range, value } from "../rules.ts";
import { capitals, globalRow, once, text } from "./common.ts";
import facts from "./route53.json" with { type: "json" };

const endpointTypes = new Set(["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"]);

const checked: Rule = (inputs, report) => {
  const type = text(inputs, "type");
  if (endpointTypes.has(type) && !given(inputs, "fqdn") && !given(inputs, "ipAddress")) {
    report("fqdn", `one of fqdn, ipAddress must be given for a check of the type ${type}`);
  }
  if (type.endsWith("STR_MATCH") && !given(inputs, "searchString"))
    report("searchString", `is required for the type ${type}`);
  if (type === "CALCULATED" && !given(inputs, "childHealthchecks")) {
    report("childHealthchecks", "is required for a calculated check");
  }
  if (type === "CLOUDWATCH_METRIC" && !given(inputs, "cloudwatchAlarmName")) {
    report("cloudwatchAlarmName", "is required for a check of an alarm");
  }
};

/** A record has values or stands for a resource of AWS. */
const content: Rule = (inputs, report) => {
  if (given(inputs, "records") === given(inputs, "aliases")) {
    report("records", "one of records, aliases must be given, and only one");
  }
  if (given(inputs, "records") && !given(inputs, "ttl")) report("ttl", "is required for a record with values");
};

const routing = [
  "cidrRoutingPolicy",
  "failoverRoutingPolicies",
  "geolocationRoutingPolicies",
  "geoproximityRoutingPolicy",
  "latencyRoutingPolicies",
  "multivalueAnswerRoutingPolicy",
  "weightedRoutingPolicies",
];

const routingPolicy: Rule = (inputs, report) => {
  const used = routing.filter((policy) => given(inputs, policy) && inputs[policy] !== false);
  if (used.length > 1) report(used[1] ?? "", `conflicts with ${used[0]}`);
  if (used.length > 0 && !given(inputs, "setIdentifier")) report("setIdentifier", `is required with ${used[0]}`);
};

/** The full name: the zone's name is added unless it stands there already. */
function fqdn(inputs: PropertyMap, zone: string): string {
  const name = text(inputs, "name").toLowerCase().replace(/\.$/, "");
  if (name === "" || zone === "") return name || zone;
  return name === zone || name.endsWith(`.${zone}`) ? name : `${name}.${zone}`;
}

const zoneType = "aws:route53/zone:Zone";

const recordKey = (inputs: PropertyMap): string =>
  ["zoneId", "name", "type", "setIdentifier"]
    .map((name) => text(inputs, name))
    .join("_")
    .replace(/_$/, "");

export const route53: Service = {
  file: "sandbox/aws/route53.json",
  facts,
  behaviours: {
    [zoneType]: globalRow({
      autoname: { property: "name", maxLength: 255 },
      rules: [length("name", 1, 1024), length("comment", 0, 256), conflict("delegationSetId", "vpcs")],
      id: () => `Z${capitals(20)}`,
      outputs(inputs, surroundings, id) {
        const numbers = [1, 2, 3, 4].map(
          (index) => `ns-${index}.sandbox.awsdns-0${index}.${["com", "net", "org", "co.uk"][index - 1]}`,
        );
        return {
          arn: `arn:aws:route53:::hostedzone/${id}`,
          name: text(inputs, "name").replace(/\.$/, ""),
          nameServers: numbers,
          primaryNameServer: numbers[0] ?? "",
          zoneId: once(surroundings, "zoneId", () => id),
        };
      },
      equivalent: { name: (first, second) => first.replace(/\.$/, "") === second.replace(/\.$/, "") },
    }),
    "aws:route53/record:Record": globalRow(
      {
        rules: [
          content,
          routingPolicy,
          range("ttl", 0, 2_147_483_647),
          value("name", (found) =>
            typeof found === "string" && found.length > 255 ? "has at most 255 characters" : undefined,
          ),
        ],
        unique: (inputs) => [`record ${recordKey(inputs).toLowerCase()}`],
        taken: (inputs) =>
          `InvalidChangeBatch: tried to create resource record set ${text(inputs, "name")} ${text(inputs, "type")} but it already exists`,
        id: recordKey,
        outputs: (inputs, { world }) => ({
          fqdn: fqdn(inputs, text(world.get(zoneType, text(inputs, "zoneId"))?.outputs ?? {}, "name")),
        }),
        equivalent: {
          name: (first, second) => first.toLowerCase().replace(/\.$/, "") === second.toLowerCase().replace(/\.$/, ""),
        },
      },
      { tagged: false },
    ),
    "aws:route53/healthCheck:HealthCheck": globalRow({
      rules: [
        checked,
        oneOf("requestInterval", [10, 30]),
        count("regions", 3, 64),
        range("failureThreshold", 1, 10),
        range("childHealthThreshold", 0, 256),
        range("port", 1, 65_535),
        length("fqdn", 0, 255),
        length("resourcePath", 0, 255),
        length("searchString", 0, 255),
      ],
      id: () => randomUUID(),
      outputs: (inputs, _, id) => ({
        arn: `arn:aws:route53:::healthcheck/${id}`,
        enableSni: inputs.enableSni ?? text(inputs, "type").startsWith("HTTPS"),
        failureThreshold: inputs.failureThreshold ?? 3,
      }),
    }),
  },
};
