import { CloudWatchLogsClient, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import { clientOptions } from "../audit/trail.ts";
import type { OperationSettings } from "../settings.ts";
import { type Check, CheckFailed } from "../verification/check.ts";

/** CloudWatch deletes by itself what a group's retention says; a group without one keeps everything for ever. */
export const groupRetention = (settings: OperationSettings, prefix: string): Check => ({
  name: `retention of ${prefix}*`,
  remedy: "Declare the group with the component LogGroup, then ./thorbis up sets its retention.",
  async run() {
    const client = new CloudWatchLogsClient(clientOptions(settings.aws));
    const groups: { name: string; days: number | undefined }[] = [];
    try {
      for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: prefix }))
        groups.push(...logGroups.map((group) => ({ name: group.logGroupName ?? "", days: group.retentionInDays })));
    } finally {
      client.destroy();
    }
    if (groups.length === 0) throw new CheckFailed("there is no such group");
    const endless = groups.filter(({ days }) => days === undefined);
    if (endless.length > 0) throw new CheckFailed(`kept for ever: ${endless.map(({ name }) => name).join(", ")}`);
    return `${groups.length} groups, the longest for ${Math.max(...groups.map(({ days = 0 }) => days))} days`;
  },
});
