import { soc2 } from "../frameworks.ts";
import { isUnset, map } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";
import { TAGGABLE } from "../taggable.ts";

export const awsTagsRequired = resourceRule({
  name: "aws-tags-required",
  title: "Resources say whose they are",
  description:
    "Every AWS resource that can carry tags has the required ones, so that its cost, owner and sensitivity are known.",
  severity: "low",
  frameworks: [soc2("CC6.1")],
  remediation: "Set the tags on the resource, or once for all in the provider's defaultTags.",
  link: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
  levels: everywhere("advisory"),
  types: TAGGABLE,
  settings: { required: setting.texts(["Environment", "Owner"], "Names of the tags") },
  check(resource, context) {
    const defaults = map(map(resource.provider?.props.defaultTags).tags);
    const tags = map(resource.props.tags);
    const missing = context.settings.required.filter((tag) => isUnset(() => defaults[tag]) && isUnset(() => tags[tag]));
    if (missing.length > 0) context.report(`lacks the tag${missing.length === 1 ? "" : "s"} ${missing.join(", ")}`);
  },
});
