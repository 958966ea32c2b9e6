import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { Aurora, type AuroraArgs } from "./aurora.ts";

const args: AuroraArgs = {
  engineVersion: "16.6",
  instanceClass: "db.r8g.large",
  readReplicas: 3,
  databaseName: "thorbis",
  masterUsername: "thorbis_owner",
  accountId: "111111111111",
  subnetIds: ["subnet-a", "subnet-b"],
  securityGroupIds: ["sg-db"],
  keyArn: "arn:aws:kms:us-east-1:111111111111:key/db",
  ownership,
  dataProtection: "protected",
  logRetentionDays: 90,
  logKeyArn: "arn:aws:kms:us-east-1:111111111111:key/logs",
};
const declare = (change: Partial<AuroraArgs> = {}, name = "thorbis-db") =>
  record(() => {
    new Aurora(name, { ...args, ...change });
  });
const clusterOf = async (change: Partial<AuroraArgs> = {}) => (await declare(change)).only("aws:rds/cluster:Cluster");

test("holds the data against deletion three times over", async () => {
  const cluster = await clusterOf();
  expect(cluster).toMatchObject({ protect: true, retainOnDelete: true });
  expect(cluster.inputs).toMatchObject({
    deletionProtection: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: "thorbis-db-final",
    deleteAutomatedBackups: false,
    backupRetentionPeriod: 35,
  });
});

test("makes the server's log before the server does, which would keep it for ever", async () => {
  const recording = await declare();
  expect(recording.only("aws:cloudwatch/logGroup:LogGroup").inputs).toMatchObject({
    name: "/aws/rds/cluster/thorbis-db/postgresql",
    retentionInDays: 90,
    kmsKeyId: "arn:aws:kms:us-east-1:111111111111:key/logs",
  });
  expect(recording.only("aws:rds/cluster:Cluster").dependencies).toContain("thorbis-db-log");
});

test("a disposable one goes without a trace", async () => {
  const cluster = await clusterOf({ dataProtection: "disposable" });
  expect(cluster).toMatchObject({ protect: false, retainOnDelete: false });
  expect(cluster.inputs).toMatchObject({ deletionProtection: false, skipFinalSnapshot: true });
});

test("knows no password: AWS makes it and keeps it", async () => {
  const { inputs, secrets } = await clusterOf();
  expect(inputs).toMatchObject({ manageMasterUserPassword: true });
  expect(inputs).not.toHaveProperty("masterPassword");
  expect(secrets).toEqual([]);
});

test("is encrypted, speaks TLS only and is not to be reached from outside", async () => {
  const recording = await declare();
  expect(recording.only("aws:rds/cluster:Cluster").inputs).toMatchObject({ storageEncrypted: true });
  const { parameters } = recording.only("aws:rds/clusterParameterGroup:ClusterParameterGroup").inputs;
  expect(parameters).toContainEqual({ name: "rds.force_ssl", value: "1", applyMethod: "immediate" });
  for (const { inputs } of recording.ofType("aws:rds/clusterInstance:ClusterInstance")) {
    expect(inputs.publiclyAccessible).toBe(false);
  }
});

test("has a writer and as many replicas as were asked for", async () => {
  const instances = (await declare()).ofType("aws:rds/clusterInstance:ClusterInstance");
  expect(instances.map(({ inputs }) => inputs.identifier)).toEqual([
    "thorbis-db-0",
    "thorbis-db-1",
    "thorbis-db-2",
    "thorbis-db-3",
  ]);
});

test.each([
  [{ engineVersion: "16" }, 'thorbis-db.engineVersion: "16" is no version of Aurora PostgreSQL'],
  [{ readReplicas: 16 }, "thorbis-db.readReplicas: 16 is no number of replicas"],
  [{ instanceClass: "r8g.large" }, 'thorbis-db.instanceClass: "r8g.large" is no instance class'],
  [{ backupRetentionDays: 0 }, "thorbis-db.backupRetentionDays: 0 days cannot be restored"],
  [{ masterUsername: "postgres" }, 'thorbis-db.masterUsername: "postgres" is reserved or no name'],
] satisfies [Partial<AuroraArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
