import { soc2 } from "../frameworks.ts";
import { everywhere, resourceRule } from "../rule.ts";
import { SHARED_VARIABLE, VARIABLE } from "../vercel.ts";

export const vercelVariableReplacement = resourceRule({
  name: "vercel-variable-replacement",
  title: "Variables and domains can be replaced",
  description:
    "Vercel variables and domains are deleted before they are replaced: Vercel refuses a second one of the same name (ENV_ALREADY_EXISTS).",
  severity: "medium",
  frameworks: [soc2("CC8.1")],
  remediation: "Set deleteBeforeReplace: true in the resource's options.",
  link: "https://github.com/vercel/terraform-provider-vercel/issues/192",
  levels: everywhere("advisory"),
  types: [VARIABLE, SHARED_VARIABLE, "vercel:index/projectDomain:ProjectDomain"],
  check(resource, context) {
    if (resource.options.deleteBeforeReplace !== true) context.report("deleteBeforeReplace is not set");
  },
});
