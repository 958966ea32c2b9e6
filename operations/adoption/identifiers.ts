/**
 * How the id of an existing resource is formed, as the providers' documentation of `pulumi import` has it. A type that is
 * not in the table is adopted as well: its id is then looked up in the provider's documentation.
 */
import type { PlannedState } from "./declared.ts";

/** Parts of a resource that have no id of their own: they go by the id of what the named input refers to. */
const parts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      "bucketCorsConfiguration:BucketCorsConfiguration",
      "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "bucketLogging:BucketLogging",
      "bucketNotification:BucketNotification",
      "bucketObjectLockConfiguration:BucketObjectLockConfiguration",
      "bucketOwnershipControls:BucketOwnershipControls",
      "bucketPolicy:BucketPolicy",
      "bucketPublicAccessBlock:BucketPublicAccessBlock",
      "bucketReplicationConfig:BucketReplicationConfig",
      "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "bucketVersioning:BucketVersioning",
    ].map((token) => [`aws:s3/${token}`, "bucket"]),
  ),
  "aws:secretsmanager/secretPolicy:SecretPolicy": "secretArn",
  "aws:secretsmanager/secretRotation:SecretRotation": "secretId",
  "vercel:index/projectRollingRelease:ProjectRollingRelease": "projectId",
  "vercel:index/projectDeploymentRetention:ProjectDeploymentRetention": "projectId",
};

const forms: Readonly<Record<string, string>> = {
  "aws:s3/bucket:Bucket": "the bucket's name",
  "aws:kms/key:Key": "the key's id",
  "aws:kms/alias:Alias": "alias/NAME",
  "aws:sns/topic:Topic": "the topic's ARN",
  "aws:iam/role:Role": "the role's name",
  "aws:iam/policy:Policy": "the policy's ARN",
  "aws:iam/rolePolicy:RolePolicy": "ROLE:POLICY",
  "aws:cloudwatch/logGroup:LogGroup": "the group's name",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "the alarm's name",
  "aws:secretsmanager/secret:Secret": "the secret's ARN",
  "aws:route53/zone:Zone": "the zone's id",
  "aws:rds/cluster:Cluster": "the cluster's identifier",
  "aws:rds/clusterInstance:ClusterInstance": "the instance's identifier",
  "aws:elasticache/replicationGroup:ReplicationGroup": "the group's id, in lower case",
  "aws:ecs/cluster:Cluster": "the cluster's name",
  "aws:ecs/service:Service": "CLUSTER/SERVICE",
  "aws:ec2/vpc:Vpc": "vpc-…",
  "aws:ec2/subnet:Subnet": "subnet-…",
  "aws:ec2/securityGroup:SecurityGroup": "sg-…",
  "vercel:index/project:Project": "prj_…, for a team TEAM/prj_…",
  "vercel:index/projectDomain:ProjectDomain": "PROJECT/DOMAIN, for a team TEAM/PROJECT/DOMAIN",
  "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable": "PROJECT/VARIABLE, for a team TEAM/…",
  "postgresql:index/database:Database": "the database's name",
  "postgresql:index/role:Role": "the role's name",
  "postgresql:index/schema:Schema": "DATABASE.SCHEMA",
  "postgresql:index/extension:Extension": "DATABASE.EXTENSION",
};

export const formOf = (type: string): string => {
  if (forms[type] !== undefined) return forms[type];
  return parts[type] !== undefined ? `that of its ${parts[type]}` : "see the import section of its documentation";
};

/**
 * The id of a part, from what it is a part of.
 * @param chosen ids by URN of what is adopted
 */
export function partId(state: PlannedState, chosen: ReadonlyMap<string, string>): string | undefined {
  const property = parts[state.type];
  if (property === undefined) return undefined;
  const owners = state.propertyDependencies?.[property] ?? [];
  const id = owners.map((urn) => chosen.get(urn)).find((each) => each !== undefined);
  if (id !== undefined) return id;
  const given = state.inputs?.[property];
  return typeof given === "string" && [...chosen.values()].includes(given) ? given : undefined;
}
