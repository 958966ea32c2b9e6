import { rule } from "../rule.ts";

const least = { development: 15, staging: 16, production: 16 } as const;

export const continuityRules = [
  rule(["tier", "database.server"], (tier, server) =>
    Number.parseInt(server.version, 10) < least[tier]
      ? {
          path: "database.server.version",
          reason: `is ${server.version}; ${tier} needs Postgres ${least[tier]} or newer`,
          remedy: `Write "${least[tier]}" or a newer version.`,
        }
      : undefined,
  ),
  rule(["tier", "database.readReplicas"], (tier, replicas) =>
    tier === "production" && replicas === 0
      ? {
          path: "database.readReplicas",
          reason: "is 0 in production",
          remedy: "Declare at least one replica, for example 3.",
        }
      : undefined,
  ),
  rule(["database.server", "database.readReplicas"], (server, replicas) =>
    server.kind === "external" && replicas > 0
      ? {
          path: "database.readReplicas",
          reason: "is above 0, but the server is run by others",
          remedy: "Write 0, or declare the cluster with `kind: aurora`.",
        }
      : undefined,
  ),
  rule(["tier", "redis.nodes"], (tier, nodes) =>
    tier === "production" && nodes < 2
      ? { path: "redis.nodes", reason: "is 1 in production", remedy: "Write 2 or more: failover needs a replica." }
      : undefined,
  ),
  rule(["tier", "redis.snapshotRetentionDays"], (tier, days) =>
    tier === "production" && days === 0
      ? {
          path: "redis.snapshotRetentionDays",
          reason: "is 0 in production",
          remedy: "Keep at least one day, for example 7.",
        }
      : undefined,
  ),
  rule(["tier", "continuity.dataProtection"], (tier, protection) =>
    tier === "production" && protection !== "protected"
      ? { path: "continuity.dataProtection", reason: `is "${protection}" in production`, remedy: 'Write "protected".' }
      : undefined,
  ),
  rule(["tier", "continuity.objectLock"], (tier, lock) =>
    tier === "production" && !lock
      ? {
          path: "continuity.objectLock",
          reason: "is off in production",
          remedy: "Write true: nobody may delete a backup early.",
        }
      : undefined,
  ),
  rule(["tier", "continuity.backupRetentionDays"], (tier, days) =>
    tier !== "development" && days < 30
      ? {
          path: "continuity.backupRetentionDays",
          reason: `is ${days}, and the tier is ${tier}`,
          remedy: "Keep backups for at least 30 days.",
        }
      : undefined,
  ),
  rule(["tier", "continuity.recoveryPointMinutes"], (tier, minutes) =>
    tier === "production" && minutes > 1440
      ? {
          path: "continuity.recoveryPointMinutes",
          reason: `allows to lose ${minutes} minutes of data, but backups are taken daily`,
          remedy: "Write 1440 or less.",
        }
      : undefined,
  ),
  rule(["aws.region", "aws.replicaRegion"], (region, replica) =>
    region === replica
      ? {
          path: "aws.replicaRegion",
          reason: `is "${replica}", where everything runs already`,
          remedy: "Write another region: a copy beside the original doesn't survive what destroys the original.",
        }
      : undefined,
  ),
  rule(["aws.region", "aws.network"], (region, network) =>
    network.availabilityZones
      .filter((zone) => !zone.startsWith(region))
      .map((zone) => ({
        path: `aws.network.availabilityZones[${network.availabilityZones.indexOf(zone)}]`,
        reason: `"${zone}" lies outside ${region}`,
        remedy: `Write a zone of ${region}, for example ${region}a.`,
      })),
  ),
  rule(["aws.network"], ({ availabilityZones }) =>
    availabilityZones.length < 2
      ? {
          path: "aws.network.availabilityZones",
          reason: "names one zone",
          remedy: "Name at least two: load balancers and database clusters refuse fewer.",
        }
      : undefined,
  ),
  rule(["tier", "aws.network"], (tier, { natGateways }) =>
    tier === "production" && natGateways !== "one-per-zone"
      ? {
          path: "aws.network.natGateways",
          reason: `is ${natGateways} in production`,
          remedy: "Write one-per-zone: with one gateway, the loss of its zone cuts off the others.",
        }
      : undefined,
  ),
];
