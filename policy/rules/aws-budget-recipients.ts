import { soc2 } from "../frameworks.ts";
import { isEmpty, list, map, number, text } from "../properties.ts";
import { setting, sharedEnvironments, stackRule } from "../rule.ts";

const BUDGET = "aws:budgets/budget:Budget";

export const awsBudgetRecipients = stackRule({
  name: "aws-budget-recipients",
  title: "Somebody hears of the bill",
  description:
    "A stack with AWS resources has a monthly cost budget, and its notifications reach real people: the provider accepts them without subscribers.",
  severity: "medium",
  frameworks: [soc2("CC5.2")],
  remediation: "Declare a Budget with limitAmount and notifications that name addresses or topics.",
  link: "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
  levels: sharedEnvironments,
  types: ["*"],
  settings: {
    required: setting.flag(false, "Whether a stack with AWS resources must have a budget of its own"),
    unreal: setting.text("@(example|test|localhost|invalid)\\b|@[^.]+$", "Expression for addresses that nobody reads"),
  },
  check(stack, context) {
    if (!stack.resources.some(({ type }) => type.startsWith("aws:"))) return;
    const budgets = stack.ofType(BUDGET);
    if (context.settings.required && budgets.length === 0) context.report("there is no AWS budget");
    context.each(budgets, (budget) => {
      const elsewhere = [budget.props.autoAdjustData, ...list(budget.props.plannedLimits)].some(
        (each) => !isEmpty(each),
      );
      if (!elsewhere && (number(budget.props.limitAmount) ?? 0) <= 0)
        context.report("limitAmount is not above 0", budget);
      const notifications = list(budget.props.notifications);
      if (notifications.length === 0) context.report("has no notification", budget);
      context.each(
        notifications,
        (item, index) => {
          const notification = map(item);
          if ((number(notification.threshold) ?? 0) <= 0)
            context.report(`notifications[${index}].threshold is not above 0`, budget);
          if (topics(notification.subscriberSnsTopicArns) > 0) return;
          const addresses = list(notification.subscriberEmailAddresses).map(text);
          const unreal = new RegExp(context.settings.unreal);
          if (addresses.length === 0) context.report(`notifications[${index}] reaches nobody`, budget);
          else if (addresses.every((address) => address === undefined || unreal.test(address))) {
            context.report(`notifications[${index}] reaches only ${addresses.join(", ")}, which nobody reads`, budget);
          }
        },
        budget,
      );
    });
  },
});

const topics = (arns: unknown): number => list(arns).length;
