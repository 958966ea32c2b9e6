import { type AlarmScope, type DeclaredAlarm, declareAlarm } from "./alarm.ts";
import type { Metric } from "./metric.ts";

export interface DeadLettersArgs {
  /** The dead-letter queue, for example `helpdesk-default-dlq`. */
  readonly subject: string;
  /** Messages in the queue. */
  readonly deadLetters: Metric;
}

/** A message lies in a dead-letter queue: a warning, at once. */
export function deadLetters(scope: AlarmScope, args: DeadLettersArgs): DeclaredAlarm {
  const { deadLetters: metric, subject } = args;
  return declareAlarm(scope, {
    subject,
    problem: "dead-letters",
    description: `Messages lie in ${subject}: work was given up and waits for a decision.`,
    severity: "warning",
    watched: { metric, statistic: "Maximum" },
    comparison: "above",
    threshold: 0,
    periodSeconds: 300,
    periods: 1,
    // An empty, idle queue reports nothing.
    missingData: "notBreaching",
  });
}
