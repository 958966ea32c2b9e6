import * as pulumi from "@pulumi/pulumi";
import type { Database } from "../components/database.ts";
import { GeneratedSecrets } from "../components/generated-secrets.ts";
import { PerformanceBudget } from "../components/performance-budget.ts";
import type { Redis } from "../components/redis.ts";
import { VercelApp } from "../components/vercel-app.ts";
import { VercelFlags } from "../components/vercel-flags.ts";
import { VercelLogDrain } from "../components/vercel-log-drain.ts";
import { VercelMetrics } from "../components/vercel-metrics.ts";
import { routesOf } from "./app-routes.ts";
import type { Configuration } from "./configuration.ts";
import { type AppName, appNames, type Environment } from "./environment.ts";
import { ownershipOf } from "./ownership.ts";
import { generatedLengths, resolveFor, type ValueSources } from "./variables/resolve.ts";
import { everyApp } from "./variables/variable.ts";

export interface ThorbisArgs {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly cache: Redis;
}

/** Thorbis Business OS: the marketing site and the four apps. */
export class Thorbis extends pulumi.ComponentResource {
  readonly apps: Readonly<Partial<Record<AppName, VercelApp>>>;

  constructor(name: string, { configuration, database, cache }: ThorbisArgs, opts: pulumi.ComponentResourceOptions) {
    super("thorbis:stacks:Thorbis", name, {}, opts);
    const { environment, secrets } = configuration;
    const child = { parent: this };

    const generated = new GeneratedSecrets(
      `${name}-secrets`,
      { lengths: generatedLengths([...everyApp, "platform"]), dataProtection: environment.continuity.dataProtection },
      child,
    );
    const names = appNames.filter((app) => environment.apps[app] !== undefined);
    const flags = new VercelFlags(
      `${name}-flags`,
      { storeName: `thorbis-${environment.name}`, flags: environment.featureFlags, readers: names },
      child,
    );
    const metricsRoleArn = declareMetrics(`${name}-${environment.name}`, environment, child);
    const derived = {
      ...(metricsRoleArn === undefined ? {} : { "metrics-role": metricsRoleArn }),
      "database-url": database.urls.application,
      ...(environment.database.readReplicas > 0 ? { "database-replica-url": database.urls.readonly } : {}),
      "redis-url": cache.url,
    };
    const declare = (app: AppName) => {
      const edgeConfig = flags.connectionStrings[app];
      const sources: ValueSources = {
        environment,
        secrets,
        generated: generated.values,
        derived: { ...derived, ...(edgeConfig === undefined ? {} : { "edge-config": edgeConfig }) },
      };
      new PerformanceBudget(`${app}-budget`, { app }, child);
      return new VercelApp(app, appArgs(app, sources), child);
    };
    this.apps = Object.fromEntries(names.map((app) => [app, declare(app)]));
    declareLogDrain(`${name}-${environment.name}`, environment, generated.values, Object.values(this.apps), child);
    this.registerOutputs({});
  }
}

/** Absent where no alarm tells anybody: nothing would watch what is reported. */
function declareMetrics(
  name: string,
  environment: Environment,
  opts: pulumi.ComponentResourceOptions,
): pulumi.Output<string> | undefined {
  const { apps, aws, monitoring, vercel } = environment;
  if (!monitoring.enabled) return undefined;
  return new VercelMetrics(
    `${name}-metrics`,
    {
      accountId: aws.accountId,
      teamSlug: vercel.teamSlug,
      projectNames: appNames.filter((app) => apps[app] !== undefined).map((app) => projectNameOf(app, environment)),
      environments: vercel.previews ? ["production", "preview"] : ["production"],
      namespace: "Thorbis/Application",
      ownership: ownershipOf(environment, "thorbis", "internal"),
    },
    opts,
  ).roleArn;
}

const projectNameOf = (app: AppName, { name }: Environment): string => `thorbis-${app}-${name}`;

function declareLogDrain(
  name: string,
  { vercel }: Environment,
  generated: Readonly<Record<string, pulumi.Output<string>>>,
  apps: readonly VercelApp[],
  opts: pulumi.ComponentResourceOptions,
): void {
  if (vercel.logDrain === undefined) return;
  new VercelLogDrain(
    name,
    {
      endpoint: vercel.logDrain.endpoint,
      secret: generated.LOG_DRAIN_SECRET ?? "",
      projectIds: apps.map(({ projectId }) => projectId),
      previews: vercel.previews,
    },
    opts,
  );
}

function appArgs(app: AppName, sources: ValueSources): ConstructorParameters<typeof VercelApp>[1] {
  const { environment } = sources;
  const { apis, rollout, security, vercel } = environment;
  const { domains, redirects } = environment.apps[app] ?? { domains: [], redirects: [] };
  const [canonical = "", ...others] = domains;
  return {
    projectName: projectNameOf(app, environment),
    repository: vercel.repository,
    productionBranch: vercel.productionBranch,
    rootDirectory: `apps/${app}`,
    buildCommand: `turbo run build --filter=@thorbis/${app}`,
    installCommand: "pnpm install --frozen-lockfile",
    nodeVersion: vercel.nodeVersion,
    functionRegion: vercel.functionRegion,
    functionTimeoutSeconds: vercel.functionTimeoutSeconds,
    previews: vercel.previews,
    previewProtection: vercel.previewProtection,
    previewComments: security.developerTools,
    retention: vercel.retention,
    domains: [canonical, ...others],
    redirects,
    variableTargets: vercel.variableTargets,
    variables: resolveFor(app, sources).map(({ variable, value }) => ({
      key: variable.name,
      value,
      secret: variable.exposure === "secret",
      comment: variable.description,
    })),
    routes: routesOf(app, environment),
    firewall: {
      apiRequestsPerMinute: apis.requestsPerMinute,
      managedRules: security.waf,
      challengeBots: security.ddosProtection,
      deniedAddresses: security.deniedAddresses,
      hostNames: domains,
      ...(security.attackModeUntil === undefined ? {} : { attackModeUntil: security.attackModeUntil }),
    },
    release: rollout,
    crons: vercel.crons,
    customEnvironments: vercel.customEnvironments,
    dataProtection: environment.continuity.dataProtection,
  };
}
