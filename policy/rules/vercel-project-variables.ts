import { soc2 } from "../frameworks.ts";
import { list } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const vercelProjectVariables = resourceRule({
  name: "vercel-project-variables",
  title: "Projects carry no variables of their own",
  description: "No Vercel project sets `environments`: it owns all of a project's variables and wipes those of others.",
  severity: "high",
  frameworks: [soc2("CC8.1")],
  remediation: "Declare each variable as a ProjectEnvironmentVariable.",
  link: "https://github.com/vercel/terraform-provider-vercel/issues/71",
  levels: everywhere("mandatory"),
  types: ["vercel:index/project:Project"],
  check(project, context) {
    const count = list(project.props.environments).length;
    if (count > 0) context.report(`environments holds ${count} variables`);
  },
});
