import { soc2 } from "../frameworks.ts";
import { leaves, type Properties } from "../properties.ts";
import { everywhere, setting, stepRule } from "../rule.ts";

export const pulumiResourceRenamed = stepRule({
  name: "pulumi-resource-renamed",
  title: "Renames are renames",
  description:
    "No resource is deleted while another with nearly the same inputs is created: that is a rename without an alias.",
  severity: "medium",
  frameworks: [soc2("CC8.1")],
  remediation: "Add the old name or parent to aliases in the options of the new resource.",
  link: "https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/",
  levels: everywhere("advisory"),
  settings: { likeness: setting.number(0.8, "Share of equal inputs from which two resources count as one, 0 to 1") },
  check(steps, context) {
    const created = steps.filter((step) => step.op === "create");
    const taken = new Set<string>();
    for (const gone of steps.filter((step) => step.op === "delete")) {
      const alike = created
        .filter((step) => step.type === gone.type && !taken.has(step.urn))
        .map((step) => ({ step, share: likeness(gone.before ?? {}, step.after ?? {}) }))
        .sort((a, b) => b.share - a.share)[0];
      if (alike === undefined || alike.share < context.settings.likeness) continue;
      taken.add(alike.step.urn);
      context.report(
        `would be deleted while ${alike.step.name} is created with ${Math.round(alike.share * 100)} % of its inputs: a rename?`,
        gone,
      );
    }
  },
});

/** Share of equal leaves, names and unknowns aside. Two empty sets are no evidence. */
function likeness(before: Properties, after: Properties): number {
  const flat = (props: Properties) =>
    new Map(
      leaves(props)
        .filter(({ path }) => !/^(name|namePrefix|__)/.test(path))
        .map(({ path, value }) => [path, String(value)]),
    );
  const [old, young] = [flat(before), flat(after)];
  const paths = new Set([...old.keys(), ...young.keys()]);
  if (paths.size === 0) return 0;
  return [...paths].filter((path) => old.get(path) === young.get(path)).length / paths.size;
}
