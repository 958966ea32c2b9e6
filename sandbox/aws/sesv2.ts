/** SES, the second version of its API. */
import { createHash } from "node:crypto";
import type { PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { length, matches, oneOf, range } from "../rules.ts";
import { arn, row, text } from "./common.ts";
import facts from "./sesv2.json" with { type: "json" };

/** Easy DKIM gives three tokens a domain. */
function dkim(identity: string): PropertyMap {
  const digest = createHash("sha512")
    .update(identity)
    .digest("base64url")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
  return {
    currentSigningKeyLength: "RSA_2048_BIT",
    lastKeyGenerationTimestamp: "",
    nextSigningKeyLength: "RSA_2048_BIT",
    signingAttributesOrigin: "AWS_SES",
    status: "PENDING",
    tokens: [0, 1, 2].map((index) => digest.slice(index * 24, index * 24 + 24).padEnd(24, "x")),
  };
}

export const sesv2: Service = {
  file: "sandbox/aws/sesv2.json",
  facts,
  behaviours: {
    "aws:sesv2/configurationSet:ConfigurationSet": row({
      rules: [
        matches(
          "configurationSetName",
          /^[A-Za-z0-9_-]{1,64}$/,
          "has 1 to 64 letters, digits, hyphens and underscores",
        ),
        oneOf("deliveryOptions.tlsPolicy", ["REQUIRE", "OPTIONAL"]),
        range("deliveryOptions.maxDeliverySeconds", 300, 50_400),
      ],
      unique: (inputs, surroundings) => [
        `configuration set ${arn(surroundings, "ses", text(inputs, "configurationSetName"))}`,
      ],
      taken: (inputs) =>
        `AlreadyExistsException: configuration set ${text(inputs, "configurationSetName")} already exists`,
      id: (inputs) => text(inputs, "configurationSetName"),
      outputs: (inputs, surroundings, id) => ({
        arn: arn(surroundings, "ses", `configuration-set/${id}`),
        reputationOptions: inputs.reputationOptions ?? { reputationMetricsEnabled: false },
        sendingOptions: inputs.sendingOptions ?? { sendingEnabled: true },
      }),
    }),
    "aws:sesv2/emailIdentity:EmailIdentity": row({
      rules: [length("emailIdentity", 1, 320)],
      unique: (inputs, surroundings) => [`identity ${arn(surroundings, "ses", text(inputs, "emailIdentity"))}`],
      taken: (inputs) => `AlreadyExistsException: identity ${text(inputs, "emailIdentity")} already exists`,
      id: (inputs) => text(inputs, "emailIdentity"),
      outputs: (_, surroundings, id) => ({
        arn: arn(surroundings, "ses", `identity/${id}`),
        dkimSigningAttributes: surroundings.old?.dkimSigningAttributes ?? dkim(id),
        identityType: id.includes("@") ? "EMAIL_ADDRESS" : "DOMAIN",
        verificationStatus: "PENDING",
        verifiedForSendingStatus: false,
      }),
    }),
  },
};
