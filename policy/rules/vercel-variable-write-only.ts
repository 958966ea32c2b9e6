import { soc2 } from "../frameworks.ts";
import { isUnset } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";
import { SHARED_VARIABLE, VARIABLE } from "../vercel.ts";

export const vercelVariableWriteOnly = resourceRule({
  name: "vercel-variable-write-only",
  title: "A rotated value arrives",
  description:
    "No variable has its value in valueWo: the provider does not notice when it changes, so a rotated secret is never sent.",
  severity: "medium",
  frameworks: [soc2("CC6.1")],
  remediation: "Set value, wrapped in pulumi.secret, and sensitive: true.",
  link: "https://www.pulumi.com/registry/packages/vercel/api-docs/projectenvironmentvariable/",
  // Whoever never rotates a value in place loses nothing; config.json makes it stricter for its own projects.
  levels: everywhere("advisory"),
  types: [VARIABLE, SHARED_VARIABLE],
  check(variable, context) {
    if (!isUnset(() => variable.props.valueWo)) context.report("valueWo is set: a change of it is not noticed");
  },
});
