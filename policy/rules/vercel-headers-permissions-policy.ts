import { gdpr } from "../frameworks.ts";
import { PROJECT } from "../headers/declared.ts";
import { headerValue } from "../headers/observatory.ts";
import { judgePages, pathSettings } from "../headers/pages.ts";
import { everywhere, setting, stackRule } from "../rule.ts";

export const vercelHeadersPermissionsPolicy = stackRule({
  name: "vercel-headers-permissions-policy",
  title: "Devices are off unless needed",
  description:
    "Permissions-Policy switches camera, microphone and location off, so that an injected frame cannot use them.",
  severity: "low",
  frameworks: [gdpr("25")],
  remediation:
    'Set "Permissions-Policy: camera=(), microphone=(), geolocation=()" and open a feature for named origins only.',
  link: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Permissions-Policy",
  levels: everywhere("advisory"),
  types: [PROJECT],
  settings: {
    ...pathSettings,
    features: setting.texts(["camera", "microphone", "geolocation"], "Features that the header must limit"),
  },
  check(stack, context) {
    judgePages(stack, context, ({ headers }) => {
      const value = headerValue(headers, "permissions-policy");
      if (value === undefined) return ["Permissions-Policy is missing"];
      const allowlists = new Map(
        value.split(/,(?![^(]*\))/).map((part) => {
          const [feature = "", ...rest] = part.split("=");
          return [feature.trim().toLowerCase(), rest.join("=").trim()];
        }),
      );
      return context.settings.features.flatMap((feature) => {
        const allowlist = allowlists.get(feature);
        if (allowlist === undefined) return [`Permissions-Policy says nothing about ${feature}`];
        return /^\(?\s*\*\s*\)?$/.test(allowlist) ? [`Permissions-Policy opens ${feature} to every origin`] : [];
      });
    });
  },
});
