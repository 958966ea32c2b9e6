import type { NotificationRoute } from "../components/notifications.ts";
import type { Severity } from "../components/severity.ts";
import type { Configuration } from "./configuration.ts";

/** Who hears of each severity, from the stack's channels and the operator's integration URL. */
export function notificationRoutes({
  environment,
  secrets,
}: Configuration): Readonly<Record<Severity, NotificationRoute>> {
  const { email, slack, routes } = environment.notifications;
  const routeTo = (channels: readonly string[]): NotificationRoute => {
    const pagerDutyUrl = channels.includes("pagerduty") ? secrets.get("PAGERDUTY_INTEGRATION_URL") : undefined;
    const slackChannel = slack && { workspaceId: slack.workspace, channelId: slack.channel };
    return {
      ...(channels.includes("email") ? { emails: email } : {}),
      ...(channels.includes("slack") && slackChannel ? { slack: slackChannel } : {}),
      ...(pagerDutyUrl === undefined ? {} : { pagerDutyUrl }),
    };
  };
  return { critical: routeTo(routes.critical), warning: routeTo(routes.warning), info: routeTo(routes.info) };
}
