import { gdpr } from "../frameworks.ts";
import { PROJECT } from "../headers/declared.ts";
import { headerValue } from "../headers/observatory.ts";
import { judgePages, pathSettings } from "../headers/pages.ts";
import { everywhere, setting, stackRule } from "../rule.ts";

export const vercelHeadersReferrerPolicy = stackRule({
  name: "vercel-headers-referrer-policy",
  title: "Addresses stay private",
  description: "Referrer-Policy keeps paths and queries, which may name people, from other sites.",
  severity: "low",
  frameworks: [gdpr("25")],
  remediation: 'Set "Referrer-Policy: strict-origin-when-cross-origin" or a stricter one.',
  link: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Referrer-Policy",
  levels: everywhere("advisory"),
  types: [PROJECT],
  settings: {
    ...pathSettings,
    allowed: setting.texts(
      ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"],
      "Values that keep paths private",
    ),
  },
  check(stack, context) {
    judgePages(stack, context, ({ headers }) => {
      const value = headerValue(headers, "referrer-policy");
      if (value === undefined) return ["Referrer-Policy is missing"];
      // Of a list a browser takes the last value it knows.
      const last = value.split(",").at(-1)?.trim().toLowerCase() ?? "";
      return context.settings.allowed.includes(last) ? [] : [`Referrer-Policy ${last} lets addresses leak`];
    });
  },
});
