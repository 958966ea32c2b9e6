import { soc2 } from "../frameworks.ts";
import { text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const vercelEnvironmentName = resourceRule({
  name: "vercel-environment-name",
  title: "Custom environments have names of their own",
  description:
    "No custom environment is called production, preview or development, which Vercel has already: the provider accepts it.",
  severity: "medium",
  frameworks: [soc2("CC8.1")],
  remediation: "Choose another name.",
  link: "https://vercel.com/docs/deployments/environments#custom-environments",
  levels: everywhere("mandatory"),
  types: ["vercel:index/customEnvironment:CustomEnvironment"],
  check(environment, context) {
    const name = (text(environment.props.name) ?? environment.name).toLowerCase();
    if (["production", "preview", "development"].includes(name))
      context.report(`is named ${name}, as one of Vercel's own`);
  },
});
