import { soc2 } from "../frameworks.ts";
import { operationsOf, ROUTE } from "../headers/declared.ts";
import { map } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/[\r\n]/, "contains a line break, which ends the header or splits the response"],
  [/[^\t\x20-\x7e]/, "contains a character that headers cannot carry"],
  [
    /\$\{[^}]*\}|\{\{[^}]*\}\}|%[A-Z_]+%|\bundefined\b|\[object Object\]|Calling \[toString\]/,
    "contains a variable that was not filled in",
  ],
  [/^\s*$/, "is empty"],
];

export const vercelHeadersCleanValues = resourceRule({
  name: "vercel-headers-clean-values",
  title: "Header values are complete",
  description:
    "A header's value has no line break and no variable left unfilled: it would be dropped, split or mean nothing.",
  severity: "high",
  frameworks: [soc2("CC8.1")],
  remediation: "Write the value on one line and fill in every variable before it reaches the rule.",
  link: "https://www.rfc-editor.org/rfc/rfc9110#name-field-values",
  levels: everywhere("mandatory"),
  types: [ROUTE],
  check(route, context) {
    for (const { op, name, value } of operationsOf(map(route.props.route))) {
      if (op === "delete") continue;
      if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) context.report(`${JSON.stringify(name)} is no header's name`);
      const fault = FAULTS.find(([pattern]) => pattern.test(value));
      if (fault !== undefined) context.report(`the value of ${name} ${fault[1]}`);
    }
  },
});
