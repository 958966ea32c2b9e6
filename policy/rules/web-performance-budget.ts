import { soc2 } from "../frameworks.ts";
import { at, map, number, text } from "../properties.ts";
import { everywhere, setting, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";
import type { Subject } from "../subject.ts";

const PROJECT = "vercel:index/project:Project";

/** The organisation's budget, from the maintenance guide: names that begin with `max` are ceilings, with `min` floors. */
const LIMITS = {
  maxJavascriptBytes: 170 * 1024,
  maxCssBytes: 50 * 1024,
  maxLargestContentfulPaintMilliseconds: 1800,
  maxFirstInputDelayMilliseconds: 100,
  maxCumulativeLayoutShift: 0.1,
  maxTimeToInteractiveMilliseconds: 300,
  maxServerResponseMilliseconds: 200,
  minLighthouseScore: 90,
};

export const webPerformanceBudget = stackRule({
  name: "web-performance-budget",
  title: "Every app is held to a speed",
  description: "Every app declares a performance budget, and none is looser than the organisation's.",
  severity: "medium",
  frameworks: [soc2("A1.1")],
  remediation: "Declare a PerformanceBudget component for the app, with limits at or below the organisation's.",
  link: "https://web.dev/articles/performance-budgets-101",
  levels: everywhere("advisory"),
  types: [PROJECT],
  settings: {
    limits: setting.table<Readonly<Record<string, unknown>>>(
      LIMITS,
      "The loosest values; max… are ceilings, min… floors",
    ),
    budgetType: setting.text(
      ":PerformanceBudget$",
      "Expression for the type of the resource that declares a budget (`app`, `limits`)",
    ),
  },
  check(stack, context) {
    const type = new RegExp(context.settings.budgetType);
    const budgets = stack.resources.filter((resource) => type.test(resource.type));
    context.each(stack.ofType(PROJECT), (project) => {
      if (!budgets.some((budget) => belongs(stack, budget, project)))
        context.report("declares no performance budget", project);
    });
    context.each(budgets, (budget) => {
      for (const [name, loosest] of Object.entries(map(context.settings.limits))) {
        const declared = number(at(budget.props, `limits.${name}`));
        const bound = number(loosest) ?? 0;
        if (declared === undefined) context.report(`${name} is not set`, budget);
        else if (name.startsWith("min") ? declared < bound : declared > bound) {
          context.report(`${name} is ${declared}, the organisation's is ${bound}`, budget);
        }
      }
    });
  },
});

/** By the name of the project or of a component around it, or because both stand in the same component. */
function belongs(stack: Stack, budget: Subject, project: Subject): boolean {
  const app = text(budget.props.app);
  const around = componentsAround(stack, project);
  if (app !== undefined && [nameOf(project), project.name, ...around.map(({ name }) => name)].includes(app))
    return true;
  return (
    budget.parent !== undefined &&
    around.some(
      ({ urn }) => urn === budget.parent || componentsAround(stack, budget).some((outer) => outer.urn === urn),
    )
  );
}

function nameOf(project: Subject): string | undefined {
  try {
    return text(project.props.name);
  } catch {
    return undefined;
  }
}

function componentsAround(stack: Stack, of: Subject): Subject[] {
  const around: Subject[] = [];
  for (let component = stack.component(of); component !== undefined; component = stack.component(component))
    around.push(component);
  return around;
}
