/** SQS. */
import type { PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, jsonDocument, length, matches, type Rule, range, value } from "../rules.ts";
import type { Behaviour, Surroundings } from "../type.ts";
import { arn, named, row, text } from "./common.ts";
import { partitionOf } from "./regions.ts";
import facts from "./sqs.json" with { type: "json" };

const url = (inputs: PropertyMap, { account, region }: Surroundings): string =>
  `https://sqs.${region}.${partitionOf(region).dnsSuffix}/${account}/${text(inputs, "name")}`;

/** The provider takes 0 for what was not given; the service's own bounds hold otherwise. */
const zeroOr = (property: string, min: number, max: number): Rule =>
  value(property, (found) =>
    typeof found !== "number" || found === 0 || (found >= min && found <= max)
      ? undefined
      : `expected to be in the range (${min} - ${max}), got ${found}`,
  );

const fifoName: Rule = (inputs, report) => {
  const { name } = inputs;
  if (typeof name !== "string") return;
  if (inputs.fifoQueue === true && !name.endsWith(".fifo")) report("name", "a FIFO queue's name ends with .fifo");
  if (inputs.contentBasedDeduplication === true && inputs.fifoQueue !== true) {
    report("contentBasedDeduplication", "content-based deduplication can only be set for FIFO queues");
  }
};

/** A policy of a queue: the queue's URL is its id. */
const policyRow = (kind: string, property: string): Behaviour =>
  row(
    {
      rules: [jsonDocument(property)],
      unique: (inputs) => [`${kind} ${text(inputs, "queueUrl")}`],
      taken: "overwrite",
      id: (inputs) => text(inputs, "queueUrl"),
    },
    { tagged: false },
  );

export const sqs: Service = {
  file: "sandbox/aws/sqs.json",
  facts,
  behaviours: {
    "aws:sqs/queue:Queue": row({
      autoname: named("name", 80, {
        replaces: /[^A-Za-z0-9_-]/g,
        suffix: (inputs) => (inputs.fifoQueue === true ? ".fifo" : ""),
      }),
      rules: [
        length("name", 1, 80),
        matches("name", /^[A-Za-z0-9_-]+(\.fifo)?$/, "only letters, digits, underscores and hyphens are allowed"),
        fifoName,
        conflict("name", "namePrefix"),
        conflict("kmsMasterKeyId", "sqsManagedSseEnabled"),
        range("delaySeconds", 0, 900),
        range("receiveWaitTimeSeconds", 0, 20),
        range("visibilityTimeoutSeconds", 0, 43200),
        zeroOr("maxMessageSize", 1024, 1_048_576),
        zeroOr("messageRetentionSeconds", 60, 1_209_600),
        range("kmsDataKeyReusePeriodSeconds", 60, 86_400),
        jsonDocument("policy"),
        jsonDocument("redrivePolicy"),
        jsonDocument("redriveAllowPolicy"),
      ],
      unique: (inputs, surroundings) => [`queue ${url(inputs, surroundings)}`],
      taken: (inputs) => `creating SQS Queue (${text(inputs, "name")}): QueueAlreadyExists`,
      id: url,
      outputs: (inputs, surroundings, id) => ({
        arn: arn(surroundings, "sqs", text(inputs, "name")),
        url: id,
        kmsDataKeyReusePeriodSeconds: inputs.kmsDataKeyReusePeriodSeconds ?? 300,
        maxMessageSize: inputs.maxMessageSize ?? 262_144,
        messageRetentionSeconds: inputs.messageRetentionSeconds ?? 345_600,
        policy: inputs.policy ?? "",
        redrivePolicy: inputs.redrivePolicy ?? "",
        redriveAllowPolicy: inputs.redriveAllowPolicy ?? "",
        sqsManagedSseEnabled: inputs.sqsManagedSseEnabled ?? inputs.kmsMasterKeyId === undefined,
      }),
    }),
    "aws:sqs/queuePolicy:QueuePolicy": policyRow("queue policy", "policy"),
    "aws:sqs/redrivePolicy:RedrivePolicy": policyRow("redrive policy", "redrivePolicy"),
  },
};
