import type * as pulumi from "@pulumi/pulumi";
import { Email } from "../components/email.ts";
import type { Environment } from "./environment.ts";
import { ownershipOf } from "./ownership.ts";
import { alarmScope } from "./scope.ts";
import type { SharedServices } from "./shared.ts";

/**
 * The domain that HelpDesk writes from, proved to receivers. Absent where another server sends, since its records are
 * that server's, and where nobody but this machine resolves the name.
 */
export function declareMail(
  environment: Environment,
  { notifications, zone }: SharedServices,
  opts: pulumi.ComponentResourceOptions,
): Email | undefined {
  const { mail } = environment.helpdesk;
  const [reports = ""] = environment.notifications.email;
  if (mail.kind !== "ses" || zone === undefined) return undefined;
  return new Email(
    `thorbis-${environment.name}-mail`,
    {
      domainName: mail.from.slice(mail.from.indexOf("@") + 1),
      zoneId: zone.zoneId,
      sender: { kind: "ses", region: environment.aws.region },
      // Forgeries land in the spam folder; `reject` follows when the reports show that nothing of ours is among them.
      dmarcPolicy: "quarantine",
      dmarcReportAddress: reports,
      ownership: ownershipOf(environment, "helpdesk", "internal"),
      ...(environment.monitoring.enabled ? { alarms: alarmScope(environment, "helpdesk", notifications) } : {}),
    },
    opts,
  );
}
