import { soc2 } from "../frameworks.ts";
import { PROJECT, routesOf } from "../headers/declared.ts";
import { score } from "../headers/observatory.ts";
import { declaresHeaders, pathSettings, serves } from "../headers/pages.ts";
import { answers } from "../headers/routes.ts";
import { productionFirst, setting, stackRule } from "../rule.ts";

export const vercelHeadersObservatory = stackRule({
  name: "vercel-headers-observatory",
  title: "The HTTP Observatory gives a good grade",
  description: "Every app reaches its floor in MDN's HTTP Observatory, by its worst page.",
  severity: "medium",
  frameworks: [soc2("CC7.1")],
  remediation: "Mend the headers that the message lists with negative points.",
  link: "https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring",
  levels: productionFirst,
  types: [PROJECT],
  settings: { ...pathSettings, minimumPoints: setting.integer(90, "Least points of an app") },
  check(stack, context) {
    context.each(stack.ofType(PROJECT), (project) => {
      const routes = routesOf(stack, project);
      if (!declaresHeaders(routes)) return;
      const pages = answers(routes, context.settings.paths).filter(
        ({ path, redirects }) => !redirects && serves(path) === "page",
      );
      const scores = pages.map(({ path, headers }) => ({ path, ...score(headers) }));
      const worst = scores.sort((a, b) => a.points - b.points)[0];
      if (worst === undefined || worst.points >= context.settings.minimumPoints) return;
      const lost = worst.modifiers
        .filter(({ points }) => points < 0)
        .map(({ points, reason }) => `${points} ${reason}`);
      context.report(
        `${worst.points} points (${worst.grade}) on ${worst.path}, ${context.settings.minimumPoints} are due: ${lost.join("; ")}`,
        project,
      );
    });
  },
});
