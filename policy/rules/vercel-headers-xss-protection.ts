import { soc2 } from "../frameworks.ts";
import { PROJECT } from "../headers/declared.ts";
import { headerValue } from "../headers/observatory.ts";
import { judgePages, pathSettings } from "../headers/pages.ts";
import { setting, sharedEnvironments, stackRule } from "../rule.ts";

export const vercelHeadersXssProtection = stackRule({
  name: "vercel-headers-xss-protection",
  title: "Old script filters do no harm",
  description:
    "X-XSS-Protection is off or blocks the whole page: in its filtering mode old browsers can be led to disable a page's own scripts.",
  severity: "low",
  frameworks: [soc2("CC6.8")],
  remediation: 'Set "X-XSS-Protection: 0" (the Content-Security-Policy does the work) or "1; mode=block".',
  link: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-XSS-Protection",
  levels: sharedEnvironments,
  types: [PROJECT],
  settings: { ...pathSettings, required: setting.flag(false, "Whether the header must be there at all") },
  check(stack, context) {
    judgePages(stack, context, ({ headers }) => {
      const value = headerValue(headers, "x-xss-protection")?.toLowerCase().replace(/\s+/g, "");
      if (value === undefined) return context.settings.required ? ["X-XSS-Protection is missing"] : [];
      if (value === "0" || value === "1;mode=block") return [];
      return [`X-XSS-Protection must be 0 or 1; mode=block, not ${value}`];
    });
  },
});
