import { pci, soc2 } from "../frameworks.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";
import { isPublicName, isSecretName, mayBePublic, PUBLIC_BY_DESIGN, secretIn } from "../secrets.ts";
import { VARIABLE_TYPES, variablesOf } from "../vercel.ts";

export const vercelVariablePublicSecret = resourceRule({
  name: "vercel-variable-public-secret",
  title: "Public variables hold no secret",
  description:
    "A variable that the build puts into the browser (NEXT_PUBLIC_ and its like) neither is named like a secret nor holds one.",
  severity: "critical",
  frameworks: [pci("8.6.2"), soc2("CC6.1")],
  remediation: "Drop the public prefix and read the value on the server; rotate it if it was ever deployed.",
  link: "https://nextjs.org/docs/app/guides/environment-variables#bundling-environment-variables-for-the-browser",
  levels: everywhere("mandatory"),
  types: VARIABLE_TYPES,
  settings: {
    publicByDesign: setting.text(PUBLIC_BY_DESIGN, "Expression for keys that are made to be seen by everybody"),
  },
  check(resource, context) {
    const byDesign = new RegExp(context.settings.publicByDesign);
    context.each(variablesOf(resource), ({ at, key, value }) => {
      if (!isPublicName(key)) return;
      const meant = byDesign.test(key);
      if (isSecretName(key) && !meant) context.report(`${at}key ${key} is public and named like a secret`);
      const found = value();
      const kind = found === undefined ? undefined : secretIn(found, key);
      if (kind !== undefined && !(meant && mayBePublic(kind)))
        context.report(`${at}value of ${key} is public and holds ${kind}`);
    });
  },
});
