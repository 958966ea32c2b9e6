import { soc2 } from "../frameworks.ts";
import { list, map, number } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const vercelReleaseStages = resourceRule({
  name: "vercel-release-stages",
  title: "Rollouts rise",
  description:
    "The stages of a rolling release rise from a small share to all users: the provider accepts stages that fall.",
  severity: "medium",
  frameworks: [soc2("CC8.1")],
  remediation: "Order stages by targetPercentage, each above the one before, the last 100.",
  link: "https://vercel.com/docs/rolling-releases",
  levels: everywhere("mandatory"),
  types: ["vercel:index/projectRollingRelease:ProjectRollingRelease"],
  check(release, context) {
    const shares = list(release.props.stages).map((stage) => number(map(stage).targetPercentage) ?? 0);
    const fall = shares.findIndex((share, index) => share <= (shares[index - 1] ?? 0));
    if (fall >= 0)
      context.report(`stages[${fall}] is ${shares[fall]} % after ${shares[fall - 1] ?? 0} %: stages must rise`);
    if (shares.length === 0 || shares.at(-1) !== 100) context.report("the last stage is not 100 %");
  },
});
