import { gdpr, soc2 } from "../frameworks.ts";
import { PROJECT } from "../headers/declared.ts";
import { headerValue } from "../headers/observatory.ts";
import { judgeAnswers, pathSettings, serves } from "../headers/pages.ts";
import { everywhere, setting, stackRule } from "../rule.ts";

const CACHES = ["cache-control", "cdn-cache-control", "vercel-cdn-cache-control"];

export const vercelHeadersPrivateCache = stackRule({
  name: "vercel-headers-private-cache",
  title: "Answers to one user reach one user",
  description: "No cache header lets a shared cache keep an API's answer and give it to the next user.",
  severity: "critical",
  frameworks: [gdpr("32"), soc2("CC6.1")],
  remediation:
    "Set Cache-Control: private, no-store for /api/(.*), or match the path in publicApi when its answers are the same for everybody.",
  link: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cache-Control",
  levels: everywhere("mandatory"),
  types: [PROJECT],
  settings: {
    ...pathSettings,
    publicApi: setting.text(
      "^/api/(health|public)(/|$)",
      "Expression for API paths whose answers are the same for everybody",
    ),
  },
  check(stack, context) {
    const publicApi = new RegExp(context.settings.publicApi);
    const judged = {
      ...context,
      settings: { ...context.settings, paths: [...context.settings.paths, "/api/private"] },
    };
    judgeAnswers(stack, judged, ({ path, headers }) => {
      if (serves(path) !== "api" || publicApi.test(path)) return [];
      return CACHES.flatMap((name) => {
        const directives =
          headerValue(headers, name)
            ?.toLowerCase()
            .split(",")
            .map((part) => part.trim()) ?? [];
        if (directives.includes("private") || directives.includes("no-store")) return [];
        const shared = directives.find(
          (directive) => directive === "public" || /^(s-maxage|max-age)=[1-9]/.test(directive),
        );
        return shared === undefined ? [] : [`${name} ${shared} lets a shared cache keep an API's answer`];
      });
    });
  },
});
