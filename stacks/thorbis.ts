import * as pulumi from "@pulumi/pulumi";
import { GeneratedSecrets } from "../components/generated-secrets.ts";
import { PerformanceBudget } from "../components/performance-budget.ts";
import { VercelApp } from "../components/vercel-app.ts";
import { routesOf } from "./app-routes.ts";
import type { Configuration } from "./configuration.ts";
import { type AppName, appNames } from "./environment.ts";
import { generatedLengths, resolveFor, type ValueSources } from "./variables/resolve.ts";
import { everyApp } from "./variables/variable.ts";

export interface ThorbisArgs {
  readonly configuration: Configuration;
  readonly derived: ValueSources["derived"];
}

/** Thorbis Business OS: the marketing site and the four apps. */
export class Thorbis extends pulumi.ComponentResource {
  readonly apps: Readonly<Partial<Record<AppName, VercelApp>>>;

  constructor(name: string, { configuration, derived }: ThorbisArgs, opts: pulumi.ComponentResourceOptions) {
    super("thorbis:stacks:Thorbis", name, {}, opts);
    const { environment, secrets } = configuration;
    const child = { parent: this };

    const generated = new GeneratedSecrets(
      `${name}-secrets`,
      { lengths: generatedLengths(everyApp), dataProtection: environment.continuity.dataProtection },
      child,
    );
    const sources: ValueSources = { environment, secrets, generated: generated.values, derived };
    const declare = (app: AppName) => {
      new PerformanceBudget(`${app}-budget`, { app }, child);
      return new VercelApp(app, appArgs(app, sources), child);
    };
    this.apps = Object.fromEntries(
      appNames.filter((app) => environment.apps[app] !== undefined).map((app) => [app, declare(app)]),
    );
    this.registerOutputs({});
  }
}

function appArgs(app: AppName, sources: ValueSources): ConstructorParameters<typeof VercelApp>[1] {
  const { environment } = sources;
  const { apis, rollout, security, vercel } = environment;
  const { domains, redirects } = environment.apps[app] ?? { domains: [], redirects: [] };
  const [canonical = "", ...others] = domains;
  return {
    projectName: `thorbis-${app}-${environment.name}`,
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
