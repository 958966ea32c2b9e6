import type { AlarmScope } from "../components/alarms/alarm.ts";
import type { Notifications } from "../components/notifications.ts";
import type { Environment } from "./environment.ts";
import { ownershipOf } from "./ownership.ts";

/** Where every alarm's description sends whoever is woken. */
const runbookUrl = "https://github.com/thorbis/infrastructure/blob/main/docs/runbooks";

/** What a product's alarms share: names that no other alarm of the account can have, and the topics that are told. */
export function alarmScope(
  environment: Environment,
  product: "platform" | "thorbis" | "helpdesk",
  notifications: Notifications,
): Omit<AlarmScope, "parent"> {
  return {
    prefix: `thorbis-${environment.name}-${product}`,
    ownership: ownershipOf(environment, product, "internal"),
    topicArns: notifications.topicArns,
    runbookUrl,
    voice: environment.monitoring.enabled ? "loud" : "quiet",
    region: environment.aws.region,
  };
}
