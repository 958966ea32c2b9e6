import { gdpr, pci, soc2 } from "../frameworks.ts";
import { leaves, text } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";
import { isSecretAt } from "../secrecy.ts";
import { isIdentifier, isPublicName, mayBePublic, PUBLIC_BY_DESIGN, secretIn } from "../secrets.ts";

export const pulumiInputsPlainSecret = resourceRule({
  name: "pulumi-inputs-plain-secret",
  title: "No secret stands in plain text",
  description:
    "No input, tag, name or description holds what looks like a secret without being one: it would be readable in state, plan and console.",
  severity: "critical",
  frameworks: [pci("8.6.2"), soc2("CC6.1"), gdpr("32")],
  remediation: "Wrap the value in pulumi.secret, or read it with config.requireSecret; rotate it if it was committed.",
  link: "https://www.pulumi.com/docs/iac/concepts/secrets/",
  levels: everywhere("mandatory"),
  types: ["*"],
  settings: {
    allowed: setting.texts([], "Property names that may hold such values, e.g. public keys"),
    publicByDesign: setting.text(
      PUBLIC_BY_DESIGN,
      "Expression for public variables that are made to be seen by everybody",
    ),
  },
  check(resource, context) {
    const byDesign = new RegExp(context.settings.publicByDesign);
    context.each([...leaves(resource.props)], ({ key: own, path, unknown, value }) => {
      const key = path === "value" ? (text(resource.props.key) ?? own) : own;
      if (context.settings.allowed.includes(key)) return;
      if (unknown !== undefined) {
        // Another resource's id is no secret; a value whose envelope is known is one, whatever it will be.
        if (!isIdentifier(key) && !isSecretAt(resource, path)) throw unknown;
        return;
      }
      const kind = typeof value === "string" ? secretIn(value, key) : undefined;
      if (kind === undefined || (isPublicName(key) && byDesign.test(key) && mayBePublic(kind))) return;
      if (!isSecretAt(resource, path)) context.report(`${path} holds ${kind} and is not secret`);
    });
    const named = secretIn(resource.name);
    if (named !== undefined) context.report(`the resource's name holds ${named}`);
  },
});
