import { soc2 } from "../frameworks.ts";
import { map, text } from "../properties.ts";
import { everywhere, setting, stackRule } from "../rule.ts";
import { isBelow } from "../version.ts";

export const pulumiProviderVersion = stackRule({
  name: "pulumi-provider-version",
  title: "Providers are new enough",
  description: "Every provider is at or above the configured version, below which known faults would harm.",
  severity: "medium",
  frameworks: [soc2("CC7.1")],
  remediation: "Raise the package's version and preview the change alone.",
  link: "https://www.pulumi.com/registry/",
  levels: everywhere("mandatory"),
  types: ["*"],
  settings: { floors: setting.table<Readonly<Record<string, unknown>>>({}, "Package to least version") },
  check(stack, context) {
    const floors = map(context.settings.floors);
    const providers = stack.resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
    context.each(providers, (provider) => {
      const name = provider.type.slice("pulumi:providers:".length);
      const floor = text(floors[name]);
      const version = text(provider.props.version);
      if (floor !== undefined && version !== undefined && isBelow(version, floor)) {
        context.report(`is at ${name} ${version}, ${floor} is the floor`, provider);
      }
    });
  },
});
