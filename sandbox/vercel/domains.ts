/** Domains, aliases, DNS records and certificates. */
import { isUnknown } from "../../engine/values.ts";
import type { Service } from "../package.ts";
import { conflict, given, length, matches, oneOf, type Rule, range, requires } from "../rules.ts";
import { letters, newId, projectRow, row, text } from "./common.ts";
import facts from "./domains.json" with { type: "json" };

const record: Rule = (inputs, report) => {
  const { type } = inputs;
  if (isUnknown(type)) return;
  if (type === "SRV") {
    if (!given(inputs, "srv")) report("srv", "is required for an SRV record");
  } else {
    if (!given(inputs, "value")) report("value", `is required for a record of type ${String(type)}`);
    if (given(inputs, "srv")) report("srv", "may be given for an SRV record only");
  }
  if ((type === "MX") !== given(inputs, "mxPriority")) {
    report("mxPriority", type === "MX" ? "is required for an MX record" : "may be given for an MX record only");
  }
};

export const domains: Service = {
  file: "sandbox/vercel/domains.json",
  facts,
  behaviours: {
    "vercel:index/projectDomain:ProjectDomain": projectRow({
      rules: [
        length("domain", 1, 253),
        requires("redirectStatusCode", "redirect"),
        oneOf("redirectStatusCode", [301, 302, 307, 308]),
        conflict("gitBranch", "customEnvironmentId"),
      ],
      unique: (inputs) => [`domain ${text(inputs, "domain")}`],
      taken: (inputs) => `domain_already_in_use - ${text(inputs, "domain")} is in use by another project`,
      id: (inputs) => text(inputs, "domain"),
      outputs: () => ({ verifications: [], verified: true }),
      recomputed: ["verifications", "verified"],
    }),
    "vercel:index/alias:Alias": row({
      unique: (inputs) => [`alias ${text(inputs, "alias")}`],
      taken: "overwrite",
      id: () => letters(24),
    }),
    "vercel:index/dnsRecord:DnsRecord": row({
      autoname: { property: "name", maxLength: 253 },
      rules: [record, range("ttl", 60, 2_147_483_647), length("comment", 0, 500)],
      id: () => `rec_${letters(24).toLowerCase()}`,
      outputs: (inputs) => ({ ttl: inputs.ttl ?? 60 }),
    }),
    "vercel:index/customCertificate:CustomCertificate": row({
      rules: [
        matches("certificate", /^-----BEGIN CERTIFICATE-----/, "must be a certificate in PEM format"),
        matches(
          "certificateAuthorityCertificate",
          /^-----BEGIN CERTIFICATE-----/,
          "must be a certificate in PEM format",
        ),
        matches("privateKey", /^-----BEGIN [A-Z ]*PRIVATE KEY-----/, "must be a private key in PEM format"),
      ],
      id: () => newId("cert"),
    }),
  },
};
