/** Every rule of the pack. A new rule is imported and listed here; the contract test compares this with the files. */

import type { Rule } from "./rule.ts";
import { awsAlarmActions } from "./rules/aws-alarm-actions.ts";
import { awsAlarmCanFire } from "./rules/aws-alarm-can-fire.ts";
import { awsAlarmCompositeRule } from "./rules/aws-alarm-composite-rule.ts";
import { awsAlarmCriticalPager } from "./rules/aws-alarm-critical-pager.ts";
import { awsAlarmRunbook } from "./rules/aws-alarm-runbook.ts";
import { awsAlarmUniqueName } from "./rules/aws-alarm-unique-name.ts";
import { awsApigatewayTls } from "./rules/aws-apigateway-tls.ts";
import { awsBudgetRecipients } from "./rules/aws-budget-recipients.ts";
import { awsCloudfrontTls } from "./rules/aws-cloudfront-tls.ts";
import { awsCostAnomaly } from "./rules/aws-cost-anomaly.ts";
import { awsCostWithinBudget } from "./rules/aws-cost-within-budget.ts";
import { awsEc2Egress } from "./rules/aws-ec2-egress.ts";
import { awsEc2Ingress } from "./rules/aws-ec2-ingress.ts";
import { awsEcsImageDigest } from "./rules/aws-ecs-image-digest.ts";
import { awsEcsServiceLaunch } from "./rules/aws-ecs-service-launch.ts";
import { awsEcsTaskSize } from "./rules/aws-ecs-task-size.ts";
import { awsElasticacheAtRestEncryption } from "./rules/aws-elasticache-at-rest-encryption.ts";
import { awsElasticacheAuth } from "./rules/aws-elasticache-auth.ts";
import { awsElasticacheFailover } from "./rules/aws-elasticache-failover.ts";
import { awsElasticacheSnapshots } from "./rules/aws-elasticache-snapshots.ts";
import { awsElasticacheTransitEncryption } from "./rules/aws-elasticache-transit-encryption.ts";
import { awsIamOidcBound } from "./rules/aws-iam-oidc-bound.ts";
import { awsIamRoleTrust } from "./rules/aws-iam-role-trust.ts";
import { awsIamStarOnStar } from "./rules/aws-iam-star-on-star.ts";
import { awsIamUser } from "./rules/aws-iam-user.ts";
import { awsIamWildcardArn } from "./rules/aws-iam-wildcard-arn.ts";
import { awsLbTls } from "./rules/aws-lb-tls.ts";
import { awsLogEncryption } from "./rules/aws-log-encryption.ts";
import { awsLogRetention } from "./rules/aws-log-retention.ts";
import { awsOpensearchTls } from "./rules/aws-opensearch-tls.ts";
import { awsProviderAccount } from "./rules/aws-provider-account.ts";
import { awsRdsEncryption } from "./rules/aws-rds-encryption.ts";
import { awsRdsPrivate } from "./rules/aws-rds-private.ts";
import { awsRdsRecovery } from "./rules/aws-rds-recovery.ts";
import { awsRegionAllowed } from "./rules/aws-region-allowed.ts";
import { awsResourcePolicyOpen } from "./rules/aws-resource-policy-open.ts";
import { awsS3Acl } from "./rules/aws-s3-acl.ts";
import { awsS3BucketName } from "./rules/aws-s3-bucket-name.ts";
import { awsS3Encryption } from "./rules/aws-s3-encryption.ts";
import { awsS3ForceDestroy } from "./rules/aws-s3-force-destroy.ts";
import { awsS3LifecycleEffect } from "./rules/aws-s3-lifecycle-effect.ts";
import { awsS3ObjectLock } from "./rules/aws-s3-object-lock.ts";
import { awsS3PublicAccess } from "./rules/aws-s3-public-access.ts";
import { awsS3Replication } from "./rules/aws-s3-replication.ts";
import { awsS3Retention } from "./rules/aws-s3-retention.ts";
import { awsS3TlsOnly } from "./rules/aws-s3-tls-only.ts";
import { awsS3Versioning } from "./rules/aws-s3-versioning.ts";
import { awsScheduleRuns } from "./rules/aws-schedule-runs.ts";
import { awsTagsRequired } from "./rules/aws-tags-required.ts";
import { postgresqlConnectionsTotal } from "./rules/postgresql-connections-total.ts";
import { postgresqlGrantComplete } from "./rules/postgresql-grant-complete.ts";
import { postgresqlGrantsChained } from "./rules/postgresql-grants-chained.ts";
import { postgresqlProviderTls } from "./rules/postgresql-provider-tls.ts";
import { postgresqlRoleConnectionLimit } from "./rules/postgresql-role-connection-limit.ts";
import { postgresqlRoleMembership } from "./rules/postgresql-role-membership.ts";
import { postgresqlRolePassword } from "./rules/postgresql-role-password.ts";
import { postgresqlRolePrivileges } from "./rules/postgresql-role-privileges.ts";
import { pulumiDataDeleted } from "./rules/pulumi-data-deleted.ts";
import { pulumiDataProtected } from "./rules/pulumi-data-protected.ts";
import { pulumiDataReplaced } from "./rules/pulumi-data-replaced.ts";
import { pulumiInputsPlainSecret } from "./rules/pulumi-inputs-plain-secret.ts";
import { pulumiOutputsPlainSecret } from "./rules/pulumi-outputs-plain-secret.ts";
import { pulumiProviderExplicit } from "./rules/pulumi-provider-explicit.ts";
import { pulumiProviderVersion } from "./rules/pulumi-provider-version.ts";
import { pulumiResourceRenamed } from "./rules/pulumi-resource-renamed.ts";
import { pulumiStackSize } from "./rules/pulumi-stack-size.ts";
import { waiverRules } from "./rules/pulumi-waiver.ts";
import { vercelEnvironmentName } from "./rules/vercel-environment-name.ts";
import { vercelFirewallOn } from "./rules/vercel-firewall-on.ts";
import { vercelFirewallRateLimit } from "./rules/vercel-firewall-rate-limit.ts";
import { vercelFirewallRules } from "./rules/vercel-firewall-rules.ts";
import { vercelHeadersCleanValues } from "./rules/vercel-headers-clean-values.ts";
import { vercelHeadersConflicts } from "./rules/vercel-headers-conflicts.ts";
import { vercelHeadersContentType } from "./rules/vercel-headers-content-type.ts";
import { vercelHeadersCspEnforced } from "./rules/vercel-headers-csp-enforced.ts";
import { vercelHeadersCspStrength } from "./rules/vercel-headers-csp-strength.ts";
import { vercelHeadersDeclared } from "./rules/vercel-headers-declared.ts";
import { vercelHeadersFrameOptions } from "./rules/vercel-headers-frame-options.ts";
import { vercelHeadersIsolation } from "./rules/vercel-headers-isolation.ts";
import { vercelHeadersObservatory } from "./rules/vercel-headers-observatory.ts";
import { vercelHeadersPermissionsPolicy } from "./rules/vercel-headers-permissions-policy.ts";
import { vercelHeadersPrivateCache } from "./rules/vercel-headers-private-cache.ts";
import { vercelHeadersReferrerPolicy } from "./rules/vercel-headers-referrer-policy.ts";
import { vercelHeadersStrictTransport } from "./rules/vercel-headers-strict-transport.ts";
import { vercelHeadersXssProtection } from "./rules/vercel-headers-xss-protection.ts";
import { vercelLogDrainTarget } from "./rules/vercel-log-drain-target.ts";
import { vercelProjectVariables } from "./rules/vercel-project-variables.ts";
import { vercelPropertiesKnown } from "./rules/vercel-properties-known.ts";
import { vercelReleaseStages } from "./rules/vercel-release-stages.ts";
import { vercelRoutePosition } from "./rules/vercel-route-position.ts";
import { vercelVariableDevelopmentTarget } from "./rules/vercel-variable-development-target.ts";
import { vercelVariablePublicSecret } from "./rules/vercel-variable-public-secret.ts";
import { vercelVariableReplacement } from "./rules/vercel-variable-replacement.ts";
import { vercelVariableSecretValue } from "./rules/vercel-variable-secret-value.ts";
import { vercelVariableSensitive } from "./rules/vercel-variable-sensitive.ts";
import { vercelVariableWriteOnly } from "./rules/vercel-variable-write-only.ts";
import { webPerformanceBudget } from "./rules/web-performance-budget.ts";
import type { Waiver, WaiverUse } from "./waivers.ts";

const RULES: readonly Rule[] = [
  awsAlarmActions,
  awsAlarmCanFire,
  awsAlarmCompositeRule,
  awsAlarmCriticalPager,
  awsAlarmRunbook,
  awsAlarmUniqueName,
  awsApigatewayTls,
  awsBudgetRecipients,
  awsCloudfrontTls,
  awsCostAnomaly,
  awsCostWithinBudget,
  awsEc2Egress,
  awsEc2Ingress,
  awsEcsImageDigest,
  awsEcsServiceLaunch,
  awsEcsTaskSize,
  awsElasticacheAtRestEncryption,
  awsElasticacheAuth,
  awsElasticacheFailover,
  awsElasticacheSnapshots,
  awsElasticacheTransitEncryption,
  awsIamOidcBound,
  awsIamRoleTrust,
  awsIamStarOnStar,
  awsIamUser,
  awsIamWildcardArn,
  awsLbTls,
  awsLogEncryption,
  awsLogRetention,
  awsOpensearchTls,
  awsProviderAccount,
  awsRdsEncryption,
  awsRdsPrivate,
  awsRdsRecovery,
  awsRegionAllowed,
  awsResourcePolicyOpen,
  awsS3Acl,
  awsS3BucketName,
  awsS3Encryption,
  awsS3ForceDestroy,
  awsS3LifecycleEffect,
  awsS3ObjectLock,
  awsS3PublicAccess,
  awsS3Replication,
  awsS3Retention,
  awsS3TlsOnly,
  awsS3Versioning,
  awsScheduleRuns,
  awsTagsRequired,
  postgresqlConnectionsTotal,
  postgresqlGrantComplete,
  postgresqlGrantsChained,
  postgresqlProviderTls,
  postgresqlRoleConnectionLimit,
  postgresqlRoleMembership,
  postgresqlRolePassword,
  postgresqlRolePrivileges,
  pulumiDataDeleted,
  pulumiDataProtected,
  pulumiDataReplaced,
  pulumiInputsPlainSecret,
  pulumiOutputsPlainSecret,
  pulumiProviderExplicit,
  pulumiProviderVersion,
  pulumiResourceRenamed,
  pulumiStackSize,
  vercelEnvironmentName,
  vercelFirewallOn,
  vercelFirewallRateLimit,
  vercelFirewallRules,
  vercelHeadersCleanValues,
  vercelHeadersConflicts,
  vercelHeadersContentType,
  vercelHeadersCspEnforced,
  vercelHeadersCspStrength,
  vercelHeadersDeclared,
  vercelHeadersFrameOptions,
  vercelHeadersIsolation,
  vercelHeadersObservatory,
  vercelHeadersPermissionsPolicy,
  vercelHeadersPrivateCache,
  vercelHeadersReferrerPolicy,
  vercelHeadersStrictTransport,
  vercelHeadersXssProtection,
  vercelLogDrainTarget,
  vercelProjectVariables,
  vercelPropertiesKnown,
  vercelReleaseStages,
  vercelRoutePosition,
  vercelVariableDevelopmentTarget,
  vercelVariablePublicSecret,
  vercelVariableReplacement,
  vercelVariableSecretValue,
  vercelVariableSensitive,
  vercelVariableWriteOnly,
  webPerformanceBudget,
];

/** The rules, and last those that guard the given waivers; `use` is where the run notes which of them it needed. */
export const rulesWith = (waivers: readonly Waiver[], use?: WaiverUse): readonly Rule[] => [
  ...RULES,
  ...waiverRules(waivers, RULES, use),
];
