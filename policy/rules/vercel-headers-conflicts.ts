import { soc2 } from "../frameworks.ts";
import { operationsOf, PROJECT, ROUTE } from "../headers/declared.ts";
import { judgeAnswers, pathSettings } from "../headers/pages.ts";
import { map } from "../properties.ts";
import { everywhere, setting, stackRule } from "../rule.ts";

const SINGLE = [
  "strict-transport-security",
  "x-frame-options",
  "x-content-type-options",
  "referrer-policy",
  "permissions-policy",
  "x-xss-protection",
  "cross-origin-opener-policy",
  "cross-origin-embedder-policy",
  "cross-origin-resource-policy",
  "access-control-allow-origin",
  "cache-control",
];

export const vercelHeadersConflicts = stackRule({
  name: "vercel-headers-conflicts",
  title: "Every header says one thing",
  description: "No header is given twice: browsers ignore, join or pick from repeated values, each in its own way.",
  severity: "medium",
  frameworks: [soc2("CC6.8")],
  remediation: "Keep one rule for each header and path; use op set, not append, and one spelling of the name.",
  link: "https://www.rfc-editor.org/rfc/rfc9110#name-field-order",
  levels: everywhere("mandatory"),
  types: [PROJECT],
  settings: { ...pathSettings, single: setting.texts(SINGLE, "Headers that may have one value only") },
  check(stack, context) {
    judgeAnswers(stack, context, ({ headers }) =>
      context.settings.single.flatMap((name) => {
        const header = headers.get(name);
        if (header === undefined || header.values.length < 2) return [];
        return [`${header.name} has ${header.values.length} values, from ${[...new Set(header.from)].join(" and ")}`];
      }),
    );
    context.each(stack.ofType(ROUTE), (route) => {
      const names = operationsOf(map(route.props.route)).map(({ name }) => name.trim());
      for (const [lower, same] of Map.groupBy(names, (name) => name.toLowerCase())) {
        if (same.length > 1) context.report(`one rule names ${lower} ${same.length} times: ${same.join(", ")}`, route);
      }
    });
  },
});
