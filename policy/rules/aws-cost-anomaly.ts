import { soc2 } from "../frameworks.ts";
import { list } from "../properties.ts";
import { setting, sharedEnvironments, stackRule } from "../rule.ts";

const MONITOR = "aws:costexplorer/anomalyMonitor:AnomalyMonitor";
const SUBSCRIPTION = "aws:costexplorer/anomalySubscription:AnomalySubscription";

export const awsCostAnomaly = stackRule({
  name: "aws-cost-anomaly",
  title: "A strange bill is noticed in a day",
  description: "A stack with AWS resources watches for cost anomalies, and somebody is told.",
  severity: "low",
  frameworks: [soc2("CC5.2")],
  remediation: "Declare an AnomalyMonitor and an AnomalySubscription with subscribers and a threshold.",
  link: "https://docs.aws.amazon.com/cost-management/latest/userguide/getting-started-ad.html",
  levels: sharedEnvironments,
  types: ["*"],
  settings: {
    required: setting.flag(false, "Whether a stack with AWS resources must watch for anomalies itself"),
  },
  check(stack, context) {
    if (!stack.resources.some(({ type }) => type.startsWith("aws:"))) return;
    const { required } = context.settings;
    if (required && stack.ofType(MONITOR).length === 0) context.report("there is no anomaly monitor");
    const subscriptions = stack.ofType(SUBSCRIPTION);
    if (required && subscriptions.length === 0) context.report("there is no anomaly subscription");
    context.each(subscriptions, (subscription) => {
      if (list(subscription.props.subscribers).length === 0) context.report("subscribers is empty", subscription);
      if (subscription.props.thresholdExpression === undefined)
        context.report("thresholdExpression is not set, so every cent is an anomaly", subscription);
    });
  },
});
