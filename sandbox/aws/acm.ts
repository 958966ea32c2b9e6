/** Certificates. */
import { createHash, randomUUID } from "node:crypto";
import type { PropertyMap } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, count, given, length, type Rule, refuses } from "../rules.ts";
import type { Surroundings } from "../type.ts";
import facts from "./acm.json" with { type: "json" };
import { arn, row, text } from "./common.ts";

const names = (inputs: PropertyMap): string[] => {
  const others = Array.isArray(inputs.subjectAlternativeNames) ? inputs.subjectAlternativeNames.map(String) : [];
  return [...new Set([text(inputs, "domainName"), ...others])].filter((name) => name !== "");
};

/** The record that proves the ownership of a domain: the same for the domain and its wildcard. */
function validationOption(domain: string): PropertyMap {
  const bare = domain.replace(/^\*\./, "");
  const digest = createHash("sha256").update(bare).digest("hex");
  return {
    domainName: domain,
    resourceRecordName: `_${digest.slice(0, 32)}.${bare}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${digest.slice(32)}.sandbox.acm-validations.aws.`,
  };
}

const origin: Rule = (inputs, report) => {
  const imported = given(inputs, "privateKey") || given(inputs, "privateKeyWo");
  if (!imported && !given(inputs, "domainName")) report("domainName", "one of domainName, privateKey must be given");
  if (imported && !given(inputs, "certificateBody")) report("certificateBody", "is required to import a certificate");
  if (!imported && !given(inputs, "validationMethod") && !given(inputs, "certificateAuthorityArn")) {
    report("validationMethod", "is required to request a certificate");
  }
};

const year = 365 * 24 * 3600 * 1000;

function outputs(inputs: PropertyMap, { old }: Surroundings, id: string): PropertyMap {
  if (old !== undefined) return { arn: id };
  const imported = given(inputs, "certificateBody");
  const byDns = inputs.validationMethod === "DNS";
  return {
    arn: id,
    domainValidationOptions: byDns ? names(inputs).map(validationOption) : [],
    keyAlgorithm: inputs.keyAlgorithm ?? "RSA_2048",
    notAfter: imported ? new Date(Date.now() + year).toISOString() : "",
    notBefore: imported ? new Date().toISOString() : "",
    pendingRenewal: false,
    renewalEligibility: "INELIGIBLE",
    renewalSummaries: [],
    status: imported ? "ISSUED" : "PENDING_VALIDATION",
    subjectAlternativeNames: names(inputs).sort(),
    type: imported ? "IMPORTED" : "AMAZON_ISSUED",
    validationEmails: byDns || imported ? [] : [`admin@${text(inputs, "domainName")}`],
  };
}

export const acm: Service = {
  file: "sandbox/aws/acm.json",
  facts,
  behaviours: {
    "aws:acm/certificate:Certificate": row({
      rules: [
        origin,
        conflict("domainName", "privateKey"),
        conflict("validationMethod", "certificateAuthorityArn"),
        length("domainName", 1, 253),
        refuses("domainName", /\.$/, "cannot end with a period"),
        count("subjectAlternativeNames", 0, 100),
      ],
      id: (_, surroundings) => arn(surroundings, "acm", `certificate/${randomUUID()}`),
      outputs,
      recomputed: [],
    }),
    "aws:acm/certificateValidation:CertificateValidation": row(
      {
        // The provider waits until the certificate is issued; in the sandbox it is issued at once.
        id: () => new Date().toISOString(),
        place: (outputs) => text(outputs, "certificateArn"),
      },
      { tagged: false },
    ),
  },
};
