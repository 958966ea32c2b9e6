import type { Statement } from "./policy-document.ts";

/** Who restores by hand, and what else than the backups that takes. */
export interface Recovery {
  /** People, roles, or an account as `arn:aws:iam::<account>:root`, whose administrators then say who. All need MFA. */
  readonly operatorArns: readonly string[];
  /** Where the cluster and the log group are. */
  readonly region: string;
  /** The group that keeps the record of every operation: what cannot be recorded does not begin. */
  readonly logGroupName: string;
  /** The Aurora cluster that can be restored to a second, and its key's alias. @default none: only sets are restored */
  readonly cluster?: { readonly identifier: string; readonly keyAlias: string };
}

/** Seconds that a person may stay in the role: as long as a restore waits for a cluster. */
export const recoverySessionSeconds = 4 * 60 * 60;

/** Takes the role with MFA alone. */
export const trustOperators = ({ operatorArns }: Recovery): Statement => ({
  Sid: "TrustOperators",
  Effect: "Allow",
  Principal: { AWS: operatorArns },
  Action: "sts:AssumeRole",
  Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
});

/** What operations/restore calls beside S3. Nothing here changes or removes what exists. */
export function recovering(accountId: string, { cluster, logGroupName, region }: Recovery): readonly Statement[] {
  const record: Statement = {
    Sid: "Record",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}:*`,
  };
  return cluster === undefined ? [record] : [record, ...restoringClusters(accountId, region, cluster)];
}

/** A cluster beside the source: its name continues the source's, and so does that of its server. */
function restoringClusters(
  accountId: string,
  region: string,
  { identifier, keyAlias }: NonNullable<Recovery["cluster"]>,
): readonly Statement[] {
  const arn = (kind: string, name: string) => `arn:aws:rds:${region}:${accountId}:${kind}:${name}`;
  const source = arn("cluster", identifier);
  const restored = arn("cluster", `${identifier}-*`);
  const servers = arn("db", `${identifier}-*`);
  // RDS asks for the rights on every group that a cluster or a server belongs to, named or not.
  const groups = [arn("subgrp", `${identifier}-*`), arn("og", "default:*")];
  return [
    {
      Sid: "LookAtClusters",
      Effect: "Allow",
      Action: ["rds:DescribeDBClusters", "rds:DescribeDBInstances"],
      Resource: [source, restored, servers],
    },
    {
      Sid: "RestoreBeside",
      Effect: "Allow",
      Action: "rds:RestoreDBClusterToPointInTime",
      Resource: [source, restored, ...groups, arn("cluster-pg", `${identifier}-*`)],
    },
    {
      Sid: "AddServer",
      Effect: "Allow",
      Action: "rds:CreateDBInstance",
      Resource: [restored, servers, ...groups, arn("pg", "default.*")],
    },
    { Sid: "NameTheSource", Effect: "Allow", Action: "rds:AddTagsToResource", Resource: restored },
    {
      Sid: "EncryptAsTheSource",
      Effect: "Allow",
      Action: ["kms:CreateGrant", "kms:DescribeKey"],
      Resource: `arn:aws:kms:${region}:${accountId}:key/*`,
      Condition: {
        StringEquals: { "kms:ViaService": `rds.${region}.amazonaws.com` },
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": [keyAlias] },
      },
    },
  ];
}
