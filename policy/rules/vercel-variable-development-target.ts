import { pci, soc2 } from "../frameworks.ts";
import { everywhere, resourceRule } from "../rule.ts";
import { isPublicName, isSecretName } from "../secrets.ts";
import { VARIABLE_TYPES, variablesOf } from "../vercel.ts";

export const vercelVariableDevelopmentTarget = resourceRule({
  name: "vercel-variable-development-target",
  title: "Secrets stay off laptops",
  description: "No secret variable has the target development: Vercel keeps those readable and copies them to laptops.",
  severity: "high",
  frameworks: [pci("6.5.5"), soc2("CC6.1")],
  remediation: "Take development out of targets; laptops get their own values from the local environment.",
  link: "https://vercel.com/docs/environment-variables/sensitive-environment-variables",
  levels: everywhere("mandatory"),
  types: VARIABLE_TYPES,
  check(resource, context) {
    context.each(variablesOf(resource), ({ at, key, sensitive, targets }) => {
      if (targets.includes("development") && (sensitive || isSecretName(key)) && !isPublicName(key)) {
        context.report(`${at}${key} is secret and has the target development`);
      }
    });
  },
});
