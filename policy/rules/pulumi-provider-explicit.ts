import { soc2 } from "../frameworks.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

export const pulumiProviderExplicit = resourceRule({
  name: "pulumi-provider-explicit",
  title: "Every resource names its provider",
  description: "No resource uses a default provider, which takes its account from whatever the shell holds.",
  severity: "high",
  frameworks: [soc2("CC8.1")],
  remediation: "Pass provider in the options, and set pulumi:disable-default-providers.",
  link: "https://github.com/pulumi/pulumi/issues/3383",
  levels: everywhere("advisory"),
  types: ["*"],
  settings: {
    exempt: setting.texts(["random", "command", "tls", "time"], "Packages whose provider reaches no account"),
  },
  check(resource, context) {
    const { provider, type } = resource;
    if (provider === undefined || context.settings.exempt.includes(type.split(":")[0] ?? "")) return;
    if (/^default(_|$)/.test(provider.name)) context.report(`uses the default provider ${provider.name}`);
  },
});
