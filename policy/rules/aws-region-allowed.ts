import { gdpr, soc2 } from "../frameworks.ts";
import { text } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

export const awsRegionAllowed = resourceRule({
  name: "aws-region-allowed",
  title: "Data stays where it may be",
  description: "AWS resources stand in the allowed regions only, which decides under whose law the data falls.",
  severity: "high",
  frameworks: [gdpr("44"), soc2("CC6.1")],
  remediation: "Set region to an allowed one, or add the region to the pack's configuration after a decision.",
  link: "https://docs.aws.amazon.com/general/latest/gr/rande.html",
  levels: everywhere("mandatory"),
  types: ["*"],
  settings: { regions: setting.texts([], "Allowed regions; none means all") },
  check(resource, context) {
    const { regions } = context.settings;
    if (!resource.type.startsWith("aws:") || regions.length === 0) return;
    const region = text(resource.props.region) ?? text(resource.provider?.props.region);
    if (region !== undefined && !regions.includes(region))
      context.report(`stands in ${region}, allowed is ${regions.join(", ")}`);
  },
});
