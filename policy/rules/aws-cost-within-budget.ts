import { estimate, type PriceTable } from "../cost/estimate.ts";
import { soc2 } from "../frameworks.ts";
import prices from "../prices.json" with { type: "json" };
import { number } from "../properties.ts";
import { setting, sharedEnvironments, stackRule } from "../rule.ts";

export const awsCostWithinBudget = stackRule({
  name: "aws-cost-within-budget",
  title: "What is declared can be paid",
  description:
    "The estimated monthly cost of the declared resources stays below the budget; what is billed by use comes on top.",
  severity: "medium",
  frameworks: [soc2("CC5.2")],
  remediation: "Choose smaller sizes or fewer copies, or raise the budget in the pull request that raises the cost.",
  link: "https://aws.amazon.com/pricing/",
  levels: sharedEnvironments,
  types: Object.keys(prices.types),
  settings: {
    maximumPerMonth: setting.number(0, "Most per month, in the price table's currency; 0 means the AWS budget's limit"),
    share: setting.number(0.8, "Share of the limit that fixed cost may take, 0 to 1"),
  },
  check(stack, context) {
    const limits = stack.ofType("aws:budgets/budget:Budget").map((budget) => number(budget.props.limitAmount) ?? 0);
    const limit = context.settings.maximumPerMonth || Math.max(0, ...limits);
    if (limit === 0) return;
    const { currency, components, date, perMonth } = estimate(stack, prices as PriceTable);
    const allowed = limit * context.settings.share;
    if (perMonth <= allowed) return;
    const dearest = Object.entries(components)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 3);
    context.report(
      `costs about ${perMonth} ${currency} a month (prices of ${date}), ${allowed} are allowed of the limit of ${limit}: ${dearest.map(([name, cost]) => `${name} ${cost}`).join(", ")}`,
    );
  },
});
