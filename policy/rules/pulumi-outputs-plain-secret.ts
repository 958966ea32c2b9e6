import { gdpr, pci, soc2 } from "../frameworks.ts";
import { leaves } from "../properties.ts";
import { everywhere, setting, stackRule } from "../rule.ts";
import { isSecretAt } from "../secrecy.ts";
import { isIdentifier, secretIn } from "../secrets.ts";
import { unknownAt } from "../unknown.ts";

export const pulumiOutputsPlainSecret = stackRule({
  name: "pulumi-outputs-plain-secret",
  title: "Stack outputs reveal nothing",
  description:
    "No output of the stack holds what looks like a secret without being one: outputs are printed, shared and read by other stacks.",
  severity: "critical",
  frameworks: [pci("8.6.2"), soc2("CC6.1"), gdpr("32")],
  remediation: "Export pulumi.secret(value), or export the address of the secret instead.",
  link: "https://www.pulumi.com/docs/iac/concepts/secrets/",
  levels: everywhere("mandatory"),
  types: ["pulumi:pulumi:Stack"],
  settings: { allowed: setting.texts([], "Names of outputs that may hold such values") },
  check(stack, context) {
    for (const root of stack.ofType("pulumi:pulumi:Stack")) {
      context.each(
        leaves(root.props),
        ({ isUnknown, key, path, value }) => {
          if (context.settings.allowed.some((name) => path === name || path.startsWith(`${name}.`))) return;
          if (isUnknown) {
            // Another resource's id is no secret; a value whose envelope is known is one, whatever it will be.
            if (!isIdentifier(key) && !isSecretAt(root, path)) throw unknownAt(path);
            return;
          }
          const kind = typeof value === "string" ? secretIn(value, key) : undefined;
          if (kind !== undefined && !isSecretAt(root, path)) {
            context.report(`output ${path} holds ${kind} and is not secret`, root);
          }
        },
        root,
      );
    }
  },
});
