/** SES, the first version of its API. */
import type { Service } from "../package.ts";
import { length, matches, oneOf } from "../rules.ts";
import { arn, named, row, text } from "./common.ts";
import facts from "./ses.json" with { type: "json" };

export const ses: Service = {
  file: "sandbox/aws/ses.json",
  facts,
  behaviours: {
    "aws:ses/configurationSet:ConfigurationSet": row(
      {
        autoname: named("name", 64, { replaces: /[^A-Za-z0-9_-]/g }),
        rules: [
          matches("name", /^[A-Za-z0-9_-]{1,64}$/, "has 1 to 64 letters, digits, hyphens and underscores"),
          oneOf("deliveryOptions.tlsPolicy", ["Optional", "Require"]),
        ],
        unique: (inputs, surroundings) => [`configuration set ${arn(surroundings, "ses", text(inputs, "name"))}`],
        taken: (inputs) => `ConfigurationSetAlreadyExists: configuration set ${text(inputs, "name")} already exists`,
        id: (inputs) => text(inputs, "name"),
        outputs: (_, surroundings, id) => ({
          arn: arn(surroundings, "ses", `configuration-set/${id}`),
          lastFreshStart: "",
        }),
      },
      { tagged: false },
    ),
    "aws:ses/emailIdentity:EmailIdentity": row(
      {
        rules: [length("email", 1, 320)],
        unique: (inputs, surroundings) => [`identity ${arn(surroundings, "ses", text(inputs, "email"))}`],
        taken: "overwrite",
        id: (inputs) => text(inputs, "email"),
        outputs: (_, surroundings, id) => ({ arn: arn(surroundings, "ses", `identity/${id}`) }),
      },
      { tagged: false },
    ),
  },
};
