import { soc2 } from "../frameworks.ts";
import { list, text } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

export const vercelLogDrainTarget = resourceRule({
  name: "vercel-log-drain-target",
  title: "Logs arrive where they should",
  description:
    "A log drain's endpoint is an HTTPS address, and it names its projects: without, it sends the whole team's logs.",
  severity: "high",
  frameworks: [soc2("CC7.2")],
  remediation: "Set endpoint to an https:// address, and projectIds.",
  link: "https://vercel.com/docs/drains",
  levels: everywhere("mandatory"),
  types: ["vercel:index/logDrain:LogDrain", "vercel:index/traceDrain:TraceDrain"],
  settings: { allProjects: setting.flag(true, "Whether a drain may cover all projects of the team") },
  check(drain, context) {
    const endpoint = text(drain.props.endpoint) ?? "";
    if (!URL.canParse(endpoint) || new URL(endpoint).protocol !== "https:")
      context.report("endpoint is no https:// address");
    if (!context.settings.allProjects && isEmptyList(() => drain.props.projectIds))
      context.report("projectIds is empty, so it covers all projects of the team");
  },
});

function isEmptyList(read: () => unknown): boolean {
  try {
    return list(read()).length === 0;
  } catch {
    return false; // Ids that are not known yet are ids.
  }
}
