/** Cost anomalies. */
import { randomUUID } from "node:crypto";
import { isMap, isUnknown } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { given, jsonDocument, length, matches, oneOf, type Rule } from "../rules.ts";
import { globalArn, globalRow, named } from "./common.ts";
import facts from "./costexplorer.json" with { type: "json" };

const watched: Rule = (inputs, report) => {
  if (inputs.monitorType === "DIMENSIONAL" && !given(inputs, "monitorDimension")) {
    report("monitorDimension", "is required for a monitor of the type DIMENSIONAL");
  }
  if (inputs.monitorType === "CUSTOM" && !given(inputs, "monitorSpecification")) {
    report("monitorSpecification", "is required for a monitor of the type CUSTOM");
  }
};

const addresses: Rule = (inputs, report) => {
  const subscribers = Array.isArray(inputs.subscribers) ? inputs.subscribers : [];
  for (const [index, subscriber] of subscribers.entries()) {
    if (!isMap(subscriber)) continue;
    const { type, address } = subscriber;
    if (type === "SNS" && typeof address === "string" && !isUnknown(address) && !address.startsWith("arn:")) {
      report(`subscribers[${index}].address`, "must be the ARN of a topic");
    }
  }
};

export const costexplorer: Service = {
  file: "sandbox/aws/costexplorer.json",
  facts,
  behaviours: {
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": globalRow({
      autoname: named("name", 1024),
      rules: [length("name", 1, 1024), watched, jsonDocument("monitorSpecification")],
      id: (_, surroundings) => globalArn(surroundings, "ce", `anomalymonitor/${randomUUID()}`),
      outputs: (_, __, id) => ({ arn: id }),
    }),
    "aws:costexplorer/anomalySubscription:AnomalySubscription": globalRow({
      autoname: named("name", 1024),
      rules: [
        length("name", 1, 1024),
        addresses,
        matches("monitorArnLists[]", /^arn:/, "is an invalid ARN: arn: invalid prefix"),
        oneOf("subscribers[].type", ["SNS", "EMAIL"]),
      ],
      id: (_, surroundings) => globalArn(surroundings, "ce", `anomalysubscription/${randomUUID()}`),
      outputs: (inputs, { account }, id) => ({ arn: id, accountId: inputs.accountId ?? account }),
    }),
  },
};
