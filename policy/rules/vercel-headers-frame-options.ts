import { soc2 } from "../frameworks.ts";
import { parseCsp } from "../headers/csp.ts";
import { PROJECT } from "../headers/declared.ts";
import { headerValue } from "../headers/observatory.ts";
import { judgePages, pathSettings } from "../headers/pages.ts";
import { sharedEnvironments, stackRule } from "../rule.ts";

export const vercelHeadersFrameOptions = stackRule({
  name: "vercel-headers-frame-options",
  title: "Nobody frames the pages",
  description: "X-Frame-Options or frame-ancestors keeps other sites from framing a page and stealing its clicks.",
  severity: "medium",
  frameworks: [soc2("CC6.6")],
  remediation: "Set frame-ancestors 'none' (or 'self') in the Content-Security-Policy, or X-Frame-Options: DENY.",
  link: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Frame-Options",
  levels: sharedEnvironments,
  types: [PROJECT],
  settings: pathSettings,
  check(stack, context) {
    judgePages(stack, context, ({ headers }) => {
      const ancestors = parseCsp(headerValue(headers, "content-security-policy") ?? "").get("frame-ancestors");
      // Where both stand, browsers obey frame-ancestors only.
      if (ancestors !== undefined) {
        const open = ancestors.find((source) => source === "*" || /^https?:(\/\/\*)?$/i.test(source));
        return open === undefined ? [] : [`frame-ancestors ${open} lets any site frame the page`];
      }
      const value = headerValue(headers, "x-frame-options");
      if (value === undefined) return ["neither X-Frame-Options nor frame-ancestors is set"];
      return /^(deny|sameorigin)$/i.test(value) ? [] : [`X-Frame-Options has a value that browsers ignore: ${value}`];
    });
  },
});
