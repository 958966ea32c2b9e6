import { gdpr, pci, soc2 } from "../frameworks.ts";
import { type Leaf, leaves, text } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";
import { isSecretAt } from "../secrecy.ts";
import { isIdentifier, isPublicName, mayBePublic, PUBLIC_BY_DESIGN, secretIn } from "../secrets.ts";
import { unknownAt } from "../unknown.ts";

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
    const { allowed, publicByDesign } = context.settings;
    // Almost every value is an ordinary one: only the others are looked at one by one.
    const suspects = named(leaves(resource.props)).flatMap((leaf) => {
      const kind = typeof leaf.value === "string" ? secretIn(leaf.value, leaf.key) : undefined;
      return (leaf.isUnknown || kind !== undefined) && !allowed.includes(leaf.key) ? { ...leaf, kind } : [];
    });
    context.each(suspects, ({ isUnknown, key, kind = "", path }) => {
      if (isUnknown) {
        // Another resource's id is no secret; a value whose envelope is known is one, whatever it will be.
        if (!isIdentifier(key) && !isSecretAt(resource, path)) throw unknownAt(path);
        return;
      }
      if (isPublicName(key) && new RegExp(publicByDesign).test(key) && mayBePublic(kind)) return;
      if (!isSecretAt(resource, path)) context.report(`${path} holds ${kind} and is not secret`);
    });
    const kind = secretIn(resource.name);
    if (kind !== undefined) context.report(`the resource's name holds ${kind}`);
  },
});

/** A variable as a resource of its own, `{ key, value }`: its value has the name that stands under `key`. */
function named(found: readonly Leaf[]): readonly Leaf[] {
  const name = found.find(({ path }) => path === "key");
  if (name === undefined) return found;
  return found.map((leaf) => {
    if (leaf.path !== "value") return leaf;
    return name.isUnknown ? { ...leaf, isUnknown: true } : { ...leaf, key: text(name.value) ?? leaf.key };
  });
}
