import { pci, soc2 } from "../frameworks.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";
import { isPublicName, isSecretName, secretIn } from "../secrets.ts";
import { VARIABLE_TYPES, variablesOf } from "../vercel.ts";

export const vercelVariableSensitive = resourceRule({
  name: "vercel-variable-sensitive",
  title: "Secret variables cannot be read back",
  description:
    "A Vercel variable that is named like a secret or holds one is `sensitive`, so that nobody reads it in the dashboard or by the API.",
  severity: "high",
  frameworks: [pci("8.6.2"), soc2("CC6.1")],
  remediation: "Set sensitive: true when the variable is created; it cannot be toggled in place.",
  link: "https://vercel.com/docs/environment-variables/sensitive-environment-variables",
  levels: everywhere("mandatory"),
  types: VARIABLE_TYPES,
  settings: { plain: setting.texts([], "Keys that are named like a secret and are none") },
  check(resource, context) {
    context.each(variablesOf(resource), ({ at, key, sensitive, value }) => {
      if (sensitive || isPublicName(key) || context.settings.plain.includes(key)) return;
      if (isSecretName(key)) {
        context.report(`${at}${key} is named like a secret and is not sensitive`);
        return;
      }
      const found = value();
      const kind = found === undefined ? undefined : secretIn(found, key);
      if (kind !== undefined) context.report(`${at}${key} holds ${kind} and is not sensitive`);
    });
  },
});
