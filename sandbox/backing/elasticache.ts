import { rmSync } from "node:fs";
import type { PropertyMap, PropertyValue } from "../../engine/values.ts";
import { isMap } from "../../engine/values.ts";
import type { BackedResource, Backing } from "../backing.ts";
import { declaredIn } from "../services/declared.ts";
import type { Layout } from "../services/layout.ts";
import { endService } from "../services/records.ts";
import {
  declaredGroups,
  declareGroup,
  forgetGroup,
  memberName,
  type RedisGroup,
} from "../services/redis/declaration.ts";
import { redisServices } from "../services/redis/service.ts";
import { createSupervisor, type Progress } from "../services/supervisor.ts";

const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const WORKER = "worker";
const PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup";

/** Runs a redis-server for each member of a declared replication group. */
export function elasticacheBacking(layout: Layout, report?: (progress: Progress) => void): Backing {
  const supervise = () => createSupervisor(layout, declaredGroups(layout).flatMap(redisServices), report);
  const run = async (resource: BackedResource): Promise<PropertyMap> => {
    const group = groupOf(layout, resource);
    const before = declaredGroups(layout).find(({ id }) => id === group.id);
    // Which member leads is decided by failovers, not by what is declared.
    const wanted = before && before.members === group.members ? { ...group, primary: before.primary } : group;
    if (before && JSON.stringify(before) !== JSON.stringify(wanted)) await supervise().stop(members(before));
    declareGroup(layout, wanted);
    await supervise().start(members(wanted));
    return {};
  };
  return {
    handles: (type) => type === GROUP,
    create: run,
    update: run,
    async read({ outputs }) {
      return declaredGroups(layout).some(({ id }) => id === outputs.replicationGroupId) ? {} : undefined;
    },
    async delete({ outputs }) {
      const group = declaredGroups(layout).find(({ id }) => id === outputs.replicationGroupId);
      if (!group) return;
      // Whoever waits for its queue cannot leave without it; one that is still declared is started again afterwards.
      await endService(layout, WORKER, "SIGTERM");
      await supervise().stop(members(group));
      for (const name of members(group)) {
        const { directory, log } = layout.service(name);
        rmSync(directory, { recursive: true, force: true });
        rmSync(log, { force: true });
      }
      forgetGroup(layout, group.id);
    },
  };
}

const members = (group: RedisGroup): string[] =>
  Array.from({ length: group.members }, (_, index) => memberName(group.id, index + 1));

function groupOf(layout: Layout, { inputs, outputs }: BackedResource): RedisGroup {
  const { authToken, numCacheClusters, replicasPerNodeGroup } = inputs;
  return {
    id: text(outputs.replicationGroupId) || text(inputs.replicationGroupId),
    endpoint: text(outputs.primaryEndpointAddress),
    authToken: text(authToken) || undefined,
    tls: inputs.transitEncryptionEnabled === true,
    parameters: parametersOf(layout, text(inputs.parameterGroupName)),
    members: Number(numCacheClusters ?? Number(replicasPerNodeGroup ?? 0) + 1),
    primary: 1,
  };
}

/** The values of the declared parameter group; a group that AWS brings along has the server's defaults. */
function parametersOf(layout: Layout, name: string): Record<string, string> {
  const group = declaredIn(layout).find(({ type, inputs }) => type === PARAMETERS && inputs.name === name);
  const values = Array.isArray(group?.inputs.parameters) ? group.inputs.parameters.filter(isMap) : [];
  return Object.fromEntries(values.map((value) => [text(value.name), text(value.value)]));
}

function text(value: PropertyValue | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}
