import { pci, soc2 } from "../frameworks.ts";
import { PROJECT } from "../headers/declared.ts";
import { headerValue } from "../headers/observatory.ts";
import { judgePages, pathSettings } from "../headers/pages.ts";
import { setting, sharedEnvironments, stackRule } from "../rule.ts";

export const vercelHeadersCspEnforced = stackRule({
  name: "vercel-headers-csp-enforced",
  title: "A content security policy is in force",
  description: "Every page carries an enforced Content-Security-Policy, so that an injected script does not run.",
  severity: "high",
  frameworks: [pci("6.4.3"), soc2("CC6.8")],
  remediation:
    "Set Content-Security-Policy in a route rule for every page; the report-only header comes on top, not instead.",
  link: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy",
  levels: sharedEnvironments,
  types: [PROJECT],
  settings: {
    ...pathSettings,
    own: setting.text(
      "^$",
      "Expression for names (logical ones) of projects whose application sends its own policy, with a nonce for each answer",
    ),
  },
  check(stack, context) {
    const own = new RegExp(context.settings.own);
    judgePages(stack, context, ({ headers }, project) => {
      if (own.test(project.name)) return [];
      if ((headerValue(headers, "content-security-policy") ?? "") !== "") return [];
      return headers.has("content-security-policy-report-only")
        ? ["Content-Security-Policy only reports (Content-Security-Policy-Report-Only), nothing is stopped"]
        : ["Content-Security-Policy is missing"];
    });
  },
});
