import { soc2 } from "../frameworks.ts";
import { everywhere, setting, stackRule } from "../rule.ts";

export const pulumiStackSize = stackRule({
  name: "pulumi-stack-size",
  title: "Stacks stay small enough",
  description:
    "A stack has no more resources than can be previewed and reviewed in one sitting; a loop that runs away is seen before the bill.",
  severity: "low",
  frameworks: [soc2("CC8.1")],
  remediation: "Find what multiplied, or split the stack and raise the ceiling with a reason.",
  link: "https://github.com/pulumi/pulumi/issues/14967",
  levels: everywhere("advisory"),
  types: ["*"],
  settings: { maximum: setting.integer(1500, "Most resources of a stack, providers and components not counted") },
  check(stack, context) {
    const count = stack.resources.filter(({ type }) => type.includes("/")).length;
    if (count > context.settings.maximum)
      context.report(`has ${count} resources, ${context.settings.maximum} is the ceiling`);
  },
});
