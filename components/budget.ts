import * as budgets from "@pulumi/aws/budgets/index.js";
import * as costexplorer from "@pulumi/aws/costexplorer/index.js";
import * as pulumi from "@pulumi/pulumi";
import { demand } from "./invalid-argument.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface BudgetArgs {
  /** US dollars a month, for everything that carries the environment's tag. */
  readonly monthlyLimitUsd: number;
  /** First day that counts, `YYYY-MM-01`. */
  readonly startDate: string;
  readonly ownership: Ownership;
  /** The topic that is told; AWS Budgets and Cost Explorer must be allowed to publish to it. */
  readonly topicArn: pulumi.Input<string>;
  /** Addresses that are told beside the topic. @default none */
  readonly emails?: readonly string[];
  /** How much more than expected a day has to cost to count as odd, in US dollars. @default 10 % of the limit */
  readonly anomalyUsd?: number;
}

/** A month's budget that warns at 50, 80 and 100 % and when the forecast passes it, and a watch for odd days. */
export class Budget extends pulumi.ComponentResource {
  constructor(name: string, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:cost:Budget", name, {}, opts);
    const { emails = [], monthlyLimitUsd, ownership, startDate, topicArn } = args;
    const child = { parent: this };
    const tags = tagsFor("Budget", ownership);
    const notice = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      comparisonOperator: "GREATER_THAN",
      subscriberSnsTopicArns: [topicArn],
      subscriberEmailAddresses: [...emails],
    });
    new budgets.Budget(
      name,
      {
        name,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        timePeriodStart: `${startDate}_00:00`,
        limitAmount: monthlyLimitUsd.toFixed(2),
        limitUnit: "USD",
        costFilters: [{ name: "TagKeyValue", values: [`user:Environment$${ownership.environment}`] }],
        notifications: [notice("ACTUAL", 50), notice("ACTUAL", 80), notice("ACTUAL", 100), notice("FORECASTED", 100)],
        tags,
      },
      child,
    );
    const monitor = new costexplorer.AnomalyMonitor(
      `${name}-anomalies`,
      { name: `${name}-anomalies`, monitorType: "CUSTOM", monitorSpecification: spentOn(ownership.environment), tags },
      child,
    );
    const anomalyUsd = args.anomalyUsd ?? monthlyLimitUsd / 10;
    new costexplorer.AnomalySubscription(
      `${name}-anomalies-notice`,
      {
        name: `${name}-anomalies`,
        monitorArnLists: [monitor.arn],
        // A topic can be told at once only; daily summaries go to addresses.
        frequency: "IMMEDIATE",
        subscribers: [{ type: "SNS", address: topicArn }],
        thresholdExpression: {
          dimension: {
            key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
            matchOptions: ["GREATER_THAN_OR_EQUAL"],
            values: [anomalyUsd.toFixed(2)],
          },
        },
        tags,
      },
      child,
    );
    this.registerOutputs();
  }
}

function validate(name: string, { anomalyUsd = 1, monthlyLimitUsd, startDate }: BudgetArgs): void {
  demand(
    Number.isFinite(monthlyLimitUsd) && monthlyLimitUsd > 0,
    `${name}.monthlyLimitUsd`,
    `${monthlyLimitUsd} dollars are no budget`,
    "Use an amount above 0.",
  );
  demand(
    Number.isFinite(anomalyUsd) && anomalyUsd > 0,
    `${name}.anomalyUsd`,
    `${anomalyUsd} dollars would ring every day`,
    "Use an amount above 0.",
  );
  demand(
    /^20\d\d-(0[1-9]|1[0-2])-01$/.test(startDate),
    `${name}.startDate`,
    `"${startDate}" is no first day of a month`,
    "Write it like 2026-01-01.",
  );
}

/** Cost Explorer reads its own JSON, with capitals. */
function spentOn(environment: string): string {
  const tag = { Key: "Environment", Values: [environment], MatchOptions: ["EQUALS"] };
  return JSON.stringify({ Tags: tag });
}
