/** What ties a bucket to others: who owns its objects, where its log, its notifications and its copies go. */
import {
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketReplicationCommand,
  type Event,
  type FilterRule,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketReplicationCommand,
  PutBucketLoggingCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketReplicationCommand,
  type ReplicationRule,
  type S3KeyFilter,
  type StorageClass,
} from "@aws-sdk/client-s3";
import { isMap, type PropertyMap } from "../../../engine/values.ts";
import {
  bucketOf,
  count,
  type EmulatedType,
  given,
  ignoreMissing,
  mapsOf,
  optional,
  setting,
  text,
  textsOf,
} from "./emulated.ts";

const ownership = setting({
  apply: ({ clients }, { inputs }) =>
    clients.s3.send(
      new PutBucketOwnershipControlsCommand({
        ...bucketOf(inputs),
        OwnershipControls: { Rules: [{ ObjectOwnership: ownerOf(inputs) as "BucketOwnerEnforced" }] },
      }),
    ),
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() => clients.s3.send(new GetBucketOwnershipControlsCommand(bucketOf(outputs))));
    const live = found?.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    if (live === undefined) return undefined;
    return live === ownerOf(outputs) ? {} : { rule: { objectOwnership: live } };
  },
  remove: ({ clients }, { outputs }) => clients.s3.send(new DeleteBucketOwnershipControlsCommand(bucketOf(outputs))),
});

const ownerOf = ({ rule }: PropertyMap): string => (isMap(rule) ? text(rule.objectOwnership) : "");

/** The emulator keeps the setting and writes no log. */
const logging = setting({
  apply: ({ clients }, { inputs }) =>
    clients.s3.send(
      new PutBucketLoggingCommand({
        ...bucketOf(inputs),
        BucketLoggingStatus: {
          LoggingEnabled: { TargetBucket: text(inputs.targetBucket), TargetPrefix: text(inputs.targetPrefix) },
        },
      }),
    ),
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() => clients.s3.send(new GetBucketLoggingCommand(bucketOf(outputs))));
    const live = found?.LoggingEnabled;
    if (!live) return undefined;
    const { TargetBucket: targetBucket = "", TargetPrefix: targetPrefix = "" } = live;
    const same = targetBucket === text(outputs.targetBucket) && targetPrefix === text(outputs.targetPrefix);
    return same ? {} : { targetBucket, targetPrefix };
  },
  remove: ({ clients }, { outputs }) =>
    clients.s3.send(new PutBucketLoggingCommand({ ...bucketOf(outputs), BucketLoggingStatus: {} })),
});

/** Functions are left out: none runs on this machine, and the emulator refuses those that it does not know. */
const notification = setting({
  apply: ({ clients }, { inputs }) =>
    clients.s3.send(
      new PutBucketNotificationConfigurationCommand({
        ...bucketOf(inputs),
        NotificationConfiguration: given({
          QueueConfigurations: mapsOf(inputs.queues).map((queue) => ({
            ...notified(queue),
            QueueArn: text(queue.queueArn),
          })),
          TopicConfigurations: mapsOf(inputs.topics).map((topic) => ({
            ...notified(topic),
            TopicArn: text(topic.topicArn),
          })),
          EventBridgeConfiguration: inputs.eventbridge === true ? {} : undefined,
        }),
      }),
    ),
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() =>
      clients.s3.send(new GetBucketNotificationConfigurationCommand(bucketOf(outputs))),
    );
    if (!found) return undefined;
    const queues = (found.QueueConfigurations ?? []).map((entry) => ({
      ...told(entry),
      queueArn: entry.QueueArn ?? "",
    }));
    const topics = (found.TopicConfigurations ?? []).map((entry) => ({
      ...told(entry),
      topicArn: entry.TopicArn ?? "",
    }));
    return {
      ...(!sameNotices(queues, mapsOf(outputs.queues)) && { queues }),
      ...(!sameNotices(topics, mapsOf(outputs.topics)) && { topics }),
    };
  },
  remove: ({ clients }, { outputs }) =>
    clients.s3.send(
      new PutBucketNotificationConfigurationCommand({ ...bucketOf(outputs), NotificationConfiguration: {} }),
    ),
});

interface Notice {
  Id?: string | undefined;
  Events?: Event[] | undefined;
  Filter?: { Key?: S3KeyFilter | undefined } | undefined;
}

function notified({ id, events, filterPrefix, filterSuffix }: PropertyMap): { Events: Event[] } & Notice {
  const rules: FilterRule[] = [
    ...(optional(filterPrefix) === undefined ? [] : [{ Name: "prefix" as const, Value: text(filterPrefix) }]),
    ...(optional(filterSuffix) === undefined ? [] : [{ Name: "suffix" as const, Value: text(filterSuffix) }]),
  ];
  return given({
    Id: optional(id),
    Events: textsOf(events) as Event[],
    Filter: rules.length > 0 ? { Key: { FilterRules: rules } } : undefined,
  });
}

function told({ Id, Events = [], Filter }: Notice): PropertyMap {
  const named = (name: string) =>
    Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === name)?.Value || undefined;
  return given({ id: Id, events: [...Events].sort(), filterPrefix: named("prefix"), filterSuffix: named("suffix") });
}

/** An id that was not declared is the service's own. */
function sameNotices(live: readonly PropertyMap[], declared: readonly PropertyMap[]): boolean {
  const plain = ({ id, events, ...rest }: PropertyMap, withId: boolean) =>
    JSON.stringify(
      Object.entries({ ...rest, ...(withId && { id: id ?? null }), events: textsOf(events).sort() })
        .filter(([, value]) => value !== undefined && value !== null && value !== "")
        .sort(([first], [second]) => (first < second ? -1 : 1)),
    );
  return (
    live.length === declared.length &&
    declared.every((wanted) => {
      const withId = optional(wanted.id) !== undefined;
      return live.some((entry) => plain(entry, withId) === plain(wanted, withId));
    })
  );
}

/** The emulator keeps the rules, and copies nothing. */
const replication = setting({
  apply: ({ clients }, { inputs }) =>
    clients.s3.send(
      new PutBucketReplicationCommand({
        ...bucketOf(inputs),
        ReplicationConfiguration: { Role: text(inputs.role), Rules: mapsOf(inputs.rules).map(replicationRule) },
      }),
    ),
  async read({ clients }, { outputs }) {
    const found = await ignoreMissing(() => clients.s3.send(new GetBucketReplicationCommand(bucketOf(outputs))));
    const live = found?.ReplicationConfiguration;
    if (!live) return undefined;
    const destinations = (live.Rules ?? []).map(({ Destination }) => Destination?.Bucket ?? "");
    const declared = mapsOf(outputs.rules);
    const wanted = declared.map(({ destination }) => (isMap(destination) ? text(destination.bucket) : ""));
    const same = JSON.stringify(destinations.sort()) === JSON.stringify(wanted.sort());
    return {
      ...(live.Role !== text(outputs.role) && { role: live.Role ?? "" }),
      ...(!same && {
        rules: declared.filter(
          ({ destination }) => isMap(destination) && destinations.includes(text(destination.bucket)),
        ),
      }),
    };
  },
  remove: ({ clients }, { outputs }) => clients.s3.send(new DeleteBucketReplicationCommand(bucketOf(outputs))),
});

function replicationRule(rule: PropertyMap): ReplicationRule {
  const [destination = {}] = mapsOf(rule.destination);
  const [markers] = mapsOf(rule.deleteMarkerReplication);
  return given({
    ID: optional(rule.id),
    Status: text(rule.status) as "Enabled",
    Priority: count(rule.priority),
    Filter: { Prefix: text(mapsOf(rule.filter)[0]?.prefix) },
    DeleteMarkerReplication: markers && { Status: text(markers.status) as "Enabled" },
    Destination: given({
      Bucket: text(destination.bucket),
      StorageClass: optional(destination.storageClass) as StorageClass | undefined,
    }),
  });
}

export const bucketRelationTypes: Record<string, EmulatedType> = {
  "aws:s3/bucketLogging:BucketLogging": logging,
  "aws:s3/bucketNotification:BucketNotification": notification,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ownership,
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": replication,
};
