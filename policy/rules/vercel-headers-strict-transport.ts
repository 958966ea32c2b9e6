import { pci, soc2 } from "../frameworks.ts";
import { PROJECT } from "../headers/declared.ts";
import { headerValue, strictTransport } from "../headers/observatory.ts";
import { judgeAnswers, pathSettings } from "../headers/pages.ts";
import { setting, sharedEnvironments, stackRule } from "../rule.ts";

export const vercelHeadersStrictTransport = stackRule({
  name: "vercel-headers-strict-transport",
  title: "Browsers use HTTPS only",
  description:
    "Every answer carries Strict-Transport-Security for a year or more, with subdomains and preload, so that no request leaves in plain text.",
  severity: "high",
  frameworks: [pci("4.2.1"), soc2("CC6.7")],
  remediation:
    'Set "Strict-Transport-Security: max-age=31536000; includeSubDomains; preload" in a route rule for /(.*).',
  link: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security",
  levels: sharedEnvironments,
  types: [PROJECT],
  settings: { ...pathSettings, minimumSeconds: setting.integer(31_536_000, "Least max-age, seconds") },
  check(stack, context) {
    const { minimumSeconds } = context.settings;
    judgeAnswers(stack, context, ({ headers }) => {
      const value = headerValue(headers, "strict-transport-security");
      if (value === undefined) return ["Strict-Transport-Security is missing"];
      const found = strictTransport(value);
      if (found === undefined) return [`Strict-Transport-Security has no max-age: ${value}`];
      const faults: string[] = [];
      if (found.maxAgeSeconds < minimumSeconds) {
        faults.push(`Strict-Transport-Security lasts ${found.maxAgeSeconds} s, ${minimumSeconds} s are due`);
      }
      if (!found.includeSubDomains) faults.push("Strict-Transport-Security lacks includeSubDomains");
      if (!found.preload) faults.push("Strict-Transport-Security lacks preload");
      return faults;
    });
  },
});
