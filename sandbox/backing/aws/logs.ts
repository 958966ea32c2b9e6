import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { PropertyMap } from "../../../engine/values.ts";
import { type AwsSurroundings, count, type EmulatedType, setting, text } from "./emulated.ts";

const group = setting({
  async apply(surroundings, { inputs }) {
    const logGroupName = text(inputs.name);
    const { logs } = surroundings.clients;
    if ((await find(surroundings, logGroupName)) === undefined)
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const retentionInDays = count(inputs.retentionInDays) ?? 0;
    // 0 keeps everything for ever.
    await (retentionInDays > 0
      ? logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }))
      : logs.send(new DeleteRetentionPolicyCommand({ logGroupName })));
  },
  async read(surroundings, { outputs }) {
    const found = await find(surroundings, text(outputs.name));
    if (!found) return undefined;
    return found.retentionInDays === (count(outputs.retentionInDays) ?? 0) ? {} : found;
  },
  remove: ({ clients }, { outputs }) =>
    clients.logs.send(new DeleteLogGroupCommand({ logGroupName: text(outputs.name) })),
});

async function find({ clients }: AwsSurroundings, name: string): Promise<PropertyMap | undefined> {
  const { logGroups = [] } = await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  const found = logGroups.find(({ logGroupName }) => logGroupName === name);
  return found && { retentionInDays: found.retentionInDays ?? 0 };
}

export const logTypes: Record<string, EmulatedType> = { "aws:cloudwatch/logGroup:LogGroup": group };
