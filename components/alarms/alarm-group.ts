import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { demand } from "../invalid-argument.ts";
import { severities } from "../severity.ts";
import { tagsFor } from "../tags.ts";
import type { AlarmScope, DeclaredAlarm } from "./alarm.ts";
import { alarmName } from "./alarm-name.ts";

export interface AlarmGroupArgs {
  readonly scope: Omit<AlarmScope, "parent" | "announce">;
  /** What the members belong to, for example `helpdesk`. */
  readonly subject: string;
  /** While this alarm rings the members are silent: they fail because of it. */
  readonly suppressor: DeclaredAlarm;
  /** Alarms that were declared with `announce: "group"`; at least one. */
  readonly members: readonly DeclaredAlarm[];
}

/**
 * Speaks for alarms that follow from a bigger one: a composite alarm for each route, suppressed while the parent is
 * down. The person on call gets one message about the outage instead of one about each of its symptoms.
 */
export class AlarmGroup extends pulumi.ComponentResource {
  constructor(name: string, args: AlarmGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    const { members, scope, subject, suppressor } = args;
    demand(members.length > 0, `${name}.members`, "the group speaks for nobody", "Name at least one alarm.");
    demand(
      !members.some((member) => member.name === suppressor.name),
      `${name}.members`,
      `${suppressor.name} would silence itself`,
      "Leave the suppressor out of its group.",
    );
    super("thorbis:monitoring:AlarmGroup", name, {}, opts);
    for (const severity of severities) {
      const heard = members.filter(({ route }) => route === severity);
      if (heard.length === 0) continue;
      const alarm = alarmName(scope.prefix, subject, `any-${severity}`);
      const names = heard.map((member) => member.name).join(", ");
      new cloudwatch.CompositeAlarm(
        alarm,
        {
          alarmName: alarm,
          alarmDescription: `At least one of: ${names}. Their descriptions name the runbooks.`,
          alarmRule: anyOf(heard),
          actionsSuppressor: {
            alarm: suppressor.resource.name,
            // Children often ring before their parent does: wait for it before anybody is woken.
            waitPeriod: 180,
            // After the parent's all-clear its children need a moment for theirs.
            extensionPeriod: 300,
          },
          // A change replaces the composite alarm, which holds no data.
          actionsEnabled: scope.voice !== "quiet",
          alarmActions: [scope.topicArns[severity]],
          okActions: [scope.topicArns[severity]],
          tags: tagsFor("AlarmGroup", scope.ownership),
          region: scope.region,
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}

/** Built from the resources' names, so that CloudWatch knows the members before it reads the rule. */
function anyOf(members: readonly DeclaredAlarm[]): pulumi.Output<string> {
  return pulumi
    .all(members.map(({ resource }) => resource.name))
    .apply((names) => names.map((name) => `ALARM("${name}")`).join(" OR "));
}
