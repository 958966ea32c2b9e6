import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource, Backing } from "../backing.ts";
import type { AwsIdentity } from "../services/aws/service.ts";
import { declaredIn } from "../services/declared.ts";
import type { Layout } from "../services/layout.ts";
import { alarmTypes } from "./aws/alarms.ts";
import { bucketRelationTypes } from "./aws/bucket-relations.ts";
import { bucketTypes } from "./aws/buckets.ts";
import { type AwsSurroundings, type EmulatedType, openClients, optional } from "./aws/emulated.ts";
import { keyTypes } from "./aws/keys.ts";
import { logTypes } from "./aws/logs.ts";
import { messageTypes } from "./aws/messages.ts";
import { policyTypes } from "./aws/policies.ts";
import { secretTypes } from "./aws/secrets.ts";

const TYPES: Record<string, EmulatedType> = {
  ...bucketTypes,
  ...bucketRelationTypes,
  ...secretTypes,
  ...messageTypes,
  ...keyTypes,
  ...alarmTypes,
  ...logTypes,
  ...policyTypes,
};

export interface AwsBackingOptions {
  port: number;
  identity: AwsIdentity;
  /** The stack in which resources find each other. */
  layout: Layout;
  sinkUrl: AwsSurroundings["sinkUrl"];
}

/** Makes buckets, secrets, topics, queues, keys, alarms and log groups exist in the emulator, with their settings. */
export function awsBacking({ port, identity, layout, sinkUrl }: AwsBackingOptions): Backing {
  const regions = new Map<string, ReturnType<typeof openClients>>();
  const surroundings = ({ inputs, configuration }: BackedResource): AwsSurroundings => {
    const region = optional(inputs.region) ?? optional(configuration.region) ?? identity.region;
    const accountId = accountOf(configuration) ?? identity.accountId;
    const key = `${region} ${accountId}`;
    const clients = regions.get(key) ?? openClients(port, { region, accountId });
    regions.set(key, clients);
    return { clients, region, sinkUrl, records: () => declaredIn(layout) };
  };
  return {
    handles: (type) => type in TYPES,
    create: (resource) => typeOf(resource).create(surroundings(resource), resource),
    update: (resource) => typeOf(resource).update(surroundings(resource), resource),
    read: (resource) => typeOf(resource).read(surroundings(resource), resource),
    delete: (resource) => typeOf(resource).delete(surroundings(resource), resource),
    async close() {
      for (const clients of regions.values()) clients.destroy();
      regions.clear();
    },
  };
}

function accountOf({ allowedAccountIds }: PropertyMap): string | undefined {
  return Array.isArray(allowedAccountIds) ? optional(allowedAccountIds[0]) : undefined;
}

function typeOf({ type }: BackedResource): EmulatedType {
  const emulated = TYPES[type];
  if (!emulated) throw new Error(`no emulated type for ${type}`);
  return emulated;
}
