import { soc2 } from "../frameworks.ts";
import { PROJECT } from "../headers/declared.ts";
import { headerValue } from "../headers/observatory.ts";
import { judgeAnswers, pathSettings } from "../headers/pages.ts";
import { sharedEnvironments, stackRule } from "../rule.ts";

export const vercelHeadersContentType = stackRule({
  name: "vercel-headers-content-type",
  title: "Browsers do not guess types",
  description: "X-Content-Type-Options: nosniff keeps a browser from running an uploaded file as a script.",
  severity: "medium",
  frameworks: [soc2("CC6.8")],
  remediation: 'Set "X-Content-Type-Options: nosniff" in a route rule for /(.*).',
  link: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Content-Type-Options",
  levels: sharedEnvironments,
  types: [PROJECT],
  settings: pathSettings,
  check(stack, context) {
    judgeAnswers(stack, context, ({ headers }) => {
      const value = headerValue(headers, "x-content-type-options");
      if (value === undefined) return ["X-Content-Type-Options is missing"];
      return value.toLowerCase() === "nosniff" ? [] : [`X-Content-Type-Options must be nosniff, not ${value}`];
    });
  },
});
