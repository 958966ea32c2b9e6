import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";

export interface MailReputationArgs {
  /** The domain that mail comes from. */
  readonly subject: string;
  /** @default 5: from there on SES puts an account under review */
  readonly maxBouncePercent?: number;
  /** @default 0.1: from there on SES puts an account under review */
  readonly maxComplaintPercent?: number;
}

/** Bounces or complaints come near the shares at which SES stops an account from sending: two warnings. */
export function mailReputation(scope: AlarmScope, args: MailReputationArgs): readonly DeclaredAlarm[] {
  const { maxBouncePercent = 5, maxComplaintPercent = 0.1, subject } = args;
  const watch = (kind: string, metricName: string, maxPercent: number) =>
    declareAlarm(scope, {
      subject,
      problem: `many-mail-${kind}`,
      runbook: "mail-reputation",
      description: `More than ${maxPercent} % of the mail of ${subject} ended in ${kind}; SES may stop the account.`,
      severity: "warning",
      // SES counts in shares of one.
      watched: { metric: { namespace: "AWS/SES", metricName, dimensions: {} }, statistic: "Average" },
      comparison: "above",
      threshold: maxPercent / 100,
      periodSeconds: 3600,
      periods: 1,
      missingData: "notBreaching",
    });
  return [
    watch("bounces", "Reputation.BounceRate", maxBouncePercent),
    watch("complaints", "Reputation.ComplaintRate", maxComplaintPercent),
  ];
}
