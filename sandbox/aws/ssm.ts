/** The parameter store of Systems Manager. */
import type { Service } from "../package.ts";
import { given, length, matches, oneOf, type Rule } from "../rules.ts";
import { arn, named, row, text } from "./common.ts";
import facts from "./ssm.json" with { type: "json" };

const oneValue: Rule = (inputs, report) => {
  const found = ["value", "valueWo", "insecureValue"].filter((name) => given(inputs, name));
  if (found.length !== 1) report("value", "one of value, valueWo, insecureValue must be given, and only one");
  if (given(inputs, "insecureValue") && inputs.type === "SecureString") {
    report("insecureValue", "is not allowed for a SecureString");
  }
};

export const ssm: Service = {
  file: "sandbox/aws/ssm.json",
  facts,
  behaviours: {
    "aws:ssm/parameter:Parameter": row({
      autoname: named("name", 2048, { replaces: /[^A-Za-z0-9._/-]/g }),
      rules: [
        length("name", 1, 2048),
        matches("name", /^[A-Za-z0-9._/-]+$/, "only letters, digits and the characters . - _ / are allowed"),
        oneOf("type", ["String", "StringList", "SecureString"]),
        length("description", 0, 1024),
        oneValue,
      ],
      unique: (inputs, surroundings) => [`parameter ${arn(surroundings, "ssm", text(inputs, "name"))}`],
      taken: (inputs) => `ParameterAlreadyExists: the parameter ${text(inputs, "name")} already exists`,
      id: (inputs) => text(inputs, "name"),
      outputs: (inputs, surroundings, id) => ({
        arn: inputs.arn ?? arn(surroundings, "ssm", `parameter${id.startsWith("/") ? "" : "/"}${id}`),
        hasValueWo: given(inputs, "valueWo"),
        dataType: inputs.dataType ?? "text",
        keyId: inputs.keyId ?? (inputs.type === "SecureString" ? "alias/aws/ssm" : ""),
        tier: inputs.tier ?? "Standard",
        version: typeof surroundings.old?.version === "number" ? surroundings.old.version + 1 : 1,
      }),
      replaces: (old, inputs) => (old.tier === "Advanced" && inputs.tier === "Standard" ? ["tier"] : []),
    }),
  },
};
