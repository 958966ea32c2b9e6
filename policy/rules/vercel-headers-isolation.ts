import { soc2 } from "../frameworks.ts";
import { PROJECT } from "../headers/declared.ts";
import { headerValue } from "../headers/observatory.ts";
import { judgePages, pathSettings } from "../headers/pages.ts";
import { everywhere, setting, stackRule } from "../rule.ts";

export const vercelHeadersIsolation = stackRule({
  name: "vercel-headers-isolation",
  title: "Pages share no process with strangers",
  description:
    "Cross-Origin-Opener-Policy and Cross-Origin-Resource-Policy keep a page and its resources out of other sites' processes.",
  severity: "medium",
  frameworks: [soc2("CC6.6")],
  remediation:
    "Set Cross-Origin-Opener-Policy: same-origin (or same-origin-allow-popups) and Cross-Origin-Resource-Policy: same-origin (or same-site).",
  link: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cross-Origin-Opener-Policy",
  levels: everywhere("advisory"),
  types: [PROJECT],
  settings: {
    ...pathSettings,
    opener: setting.texts(["same-origin", "same-origin-allow-popups"], "Accepted Cross-Origin-Opener-Policy"),
    resource: setting.texts(["same-origin", "same-site"], "Accepted Cross-Origin-Resource-Policy"),
  },
  check(stack, context) {
    const { opener, resource } = context.settings;
    judgePages(stack, context, ({ headers }) =>
      Object.entries({ "Cross-Origin-Opener-Policy": opener, "Cross-Origin-Resource-Policy": resource }).flatMap(
        ([name, accepted]) => {
          const value = headerValue(headers, name)?.toLowerCase();
          if (value === undefined) return [`${name} is missing`];
          return accepted.includes(value) ? [] : [`${name} must be ${accepted.join(" or ")}, not ${value}`];
        },
      ),
    );
  },
});
