import { pci, soc2 } from "../frameworks.ts";
import { everywhere, resourceRule } from "../rule.ts";
import { isSecretAt } from "../secrecy.ts";
import { VARIABLE_TYPES, variablesOf } from "../vercel.ts";

export const vercelVariableSecretValue = resourceRule({
  name: "vercel-variable-secret-value",
  title: "Sensitive variables are secret in the state",
  description:
    "The value of a sensitive variable is a Pulumi secret: the SDK does not mark the values of bulk variables.",
  severity: "critical",
  frameworks: [pci("8.6.2"), soc2("CC6.1")],
  remediation: "Wrap the value in pulumi.secret.",
  link: "https://www.pulumi.com/docs/iac/concepts/secrets/",
  levels: everywhere("mandatory"),
  types: VARIABLE_TYPES,
  check(resource, context) {
    context.each(variablesOf(resource), ({ at, key, sensitive }) => {
      if (sensitive && !isSecretAt(resource, `${at}value`) && !isSecretAt(resource, `${at}valueWo`)) {
        context.report(`${at}value of ${key} is sensitive and not a secret`);
      }
    });
  },
});
