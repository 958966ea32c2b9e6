import { soc2 } from "../frameworks.ts";
import { routeOf } from "../headers/declared.ts";
import { compilePattern } from "../headers/pattern.ts";
import { at, isUnset, map, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const vercelRoutePosition = resourceRule({
  name: "vercel-route-position",
  title: "Route rules have a place and an effect",
  description:
    "Every route rule has a position (without, the provider crashes), a source that is a pattern, and something to do.",
  severity: "medium",
  frameworks: [soc2("CC8.1")],
  remediation:
    "Set position.placement (with referenceRouteId for before and after), and one of dest, status, headers, transforms.",
  link: "https://vercel.com/docs/routing-middleware",
  levels: everywhere("mandatory"),
  types: ["vercel:index/projectRoute:ProjectRoute"],
  check(rule, context) {
    const placement = text(at(rule.props, "position.placement"));
    if (placement === undefined) context.report("position is not set");
    else if (
      (placement === "before" || placement === "after") &&
      isUnset(() => at(rule.props, "position.referenceRouteId"))
    ) {
      context.report(`position is ${placement} nothing: referenceRouteId is missing`);
    }
    const route = map(rule.props.route);
    const { source, syntax, caseSensitive } = routeOf(rule);
    if (compilePattern(source, syntax, caseSensitive) === undefined)
      context.report(`route.src ${source} is no pattern`);
    if (["dest", "status", "headers", "transforms"].every((name) => isUnset(() => route[name])))
      context.report("route does nothing");
  },
});
