import { DATA_TYPES } from "../data.ts";
import { soc2 } from "../frameworks.ts";
import { resourceRule, setting, sharedAdvice } from "../rule.ts";

export const pulumiDataProtected = resourceRule({
  name: "pulumi-data-protected",
  title: "Data cannot be destroyed by mistake",
  description: "Every resource that holds data or keys is protected, so that no deployment can delete or replace it.",
  severity: "high",
  frameworks: [soc2("A1.2")],
  remediation: "Set protect: true (and retainOnDelete: true) in the resource's options.",
  link: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
  levels: sharedAdvice,
  types: DATA_TYPES,
  settings: { exempt: setting.text("^$", "Expression for names of resources that hold nothing worth keeping") },
  check(resource, context) {
    if (!resource.options.protect && !new RegExp(context.settings.exempt).test(resource.name))
      context.report("is not protected");
  },
});
