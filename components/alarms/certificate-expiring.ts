import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface CertificateExpiringArgs {
  /** The host name, for example `thorbis.com`. */
  readonly subject: string;
  /** Days until the certificate ends. */
  readonly daysToExpiry: Metric;
  /** @default 30, from the maintenance guide */
  readonly minDaysToExpiry?: number;
}

/** A certificate ends within 30 days: a warning, while there is time. */
export function certificateExpiring(scope: AlarmScope, args: CertificateExpiringArgs): DeclaredAlarm {
  const { daysToExpiry, minDaysToExpiry = 30, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "certificate-expiring",
    description: `The certificate of ${subject} ends in fewer than ${minDaysToExpiry} days and was not renewed.`,
    severity: "warning",
    watched: { metric: daysToExpiry, statistic: "Minimum" },
    comparison: "below",
    threshold: minDaysToExpiry,
    periodSeconds: 86400,
    periods: 1,
    // The metric comes once a day: between two values the last one holds.
    missingData: "ignore",
  });
}
