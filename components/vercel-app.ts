import * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumi/vercel";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";
import { declareFirewall, type VercelFirewallArgs, validateFirewall } from "./vercel-firewall.ts";
import { declareRelease, type VercelRelease, validateRelease } from "./vercel-release.ts";
import { declareRoutes, type VercelRoute, validateRoutes } from "./vercel-routes.ts";
import { declareVariables, type VercelTarget, type VercelVariable } from "./vercel-variables.ts";

/** How long Vercel keeps a deployment. */
export type VercelRetention = "1d" | "1w" | "1m" | "2m" | "3m" | "6m" | "1y" | "unlimited";

export interface VercelAppArgs {
  /** The project's name, unique in the team; one project an environment, because routes and firewall hold for all of it. */
  readonly projectName: string;
  /** Repository on GitHub, `owner/name`. */
  readonly repository: string;
  /** The branch whose deployments go to the domains. */
  readonly productionBranch: string;
  /** The app's folder in the repository. */
  readonly rootDirectory: string;
  /** Run in `rootDirectory`. @default what the framework says */
  readonly buildCommand?: string;
  /** @default what the framework says */
  readonly installCommand?: string;
  /** Vercel's name of the framework. @default "nextjs" */
  readonly framework?: string;
  readonly nodeVersion: "20.x" | "22.x" | "24.x";
  /** Where functions run, for example `iad1`. */
  readonly functionRegion: string;
  readonly functionTimeoutSeconds: number;
  /** Whether pull requests get deployments. */
  readonly previews: boolean;
  /** Who must log in to see a deployment. */
  readonly previewProtection: "standard_protection_new" | "all_deployments" | "only_preview_deployments" | "none";
  /** Whether reviewers may comment on previews. @default false */
  readonly previewComments?: boolean;
  readonly retention: Readonly<Record<"production" | "preview" | "canceled" | "errored", VercelRetention>>;
  /** Where the app is reached; the first is canonical. */
  readonly domains: readonly [string, ...string[]];
  /** Names that redirect to the first domain for good. @default none */
  readonly redirects?: readonly string[];
  /** Which of the project's targets receive `variables`. */
  readonly variableTargets: readonly VercelTarget[];
  readonly variables: readonly VercelVariable[];
  readonly routes: readonly VercelRoute[];
  readonly firewall: VercelFirewallArgs;
  readonly release: VercelRelease;
  /** Whether the cron jobs that the app declares run. */
  readonly crons: boolean;
  /** Environments beside production and preview, each following a branch. @default none */
  readonly customEnvironments?: readonly { readonly name: string; readonly branch: string }[];
  readonly dataProtection: DataProtection;
}

/** One application on Vercel: its project and everything that decides how the edge serves it. */
export class VercelApp extends pulumi.ComponentResource {
  readonly projectId: pulumi.Output<string>;
  /** Where users reach the app, without scheme. */
  readonly domain: pulumi.Output<string>;

  constructor(name: string, args: VercelAppArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:vercel:VercelApp", name, {}, opts);
    const child = { parent: this };

    const project = declareProject(name, args, { ...child, ...dataOptions(args.dataProtection) });
    const projectId = project.id;
    const [canonical] = declareDomains(name, projectId, args, child);
    for (const { name: environment, branch } of args.customEnvironments ?? []) {
      new vercel.CustomEnvironment(
        `${name}-environment-${environment}`,
        { projectId, name: environment, branchTracking: { type: "equals", pattern: branch } },
        child,
      );
    }
    declareVariables(name, { projectId, targets: args.variableTargets, variables: args.variables }, child);
    declareRoutes(name, projectId, args.routes, child);
    declareFirewall(name, projectId, args.firewall, child);
    declareRelease(name, projectId, args.release, child);
    new vercel.ProjectCrons(`${name}-crons`, { projectId, enabled: args.crons }, child);
    declareRetention(name, projectId, args.retention, child);

    this.projectId = projectId;
    this.domain = canonical.domain;
    this.registerOutputs({ projectId: this.projectId, domain: this.domain });
  }
}

function declareProject(name: string, args: VercelAppArgs, opts: pulumi.CustomResourceOptions): vercel.Project {
  const { buildCommand, installCommand } = args;
  return new vercel.Project(
    `${name}-project`,
    {
      name: args.projectName,
      framework: args.framework ?? "nextjs",
      rootDirectory: args.rootDirectory,
      ...(buildCommand === undefined ? {} : { buildCommand }),
      ...(installCommand === undefined ? {} : { installCommand }),
      nodeVersion: args.nodeVersion,
      gitRepository: { type: "github", repo: args.repository, productionBranch: args.productionBranch },
      // Never `environments`: the provider takes that list for the whole truth and has wiped other variables.
      resourceConfig: {
        fluid: true,
        functionDefaultRegions: [args.functionRegion],
        functionDefaultTimeout: args.functionTimeoutSeconds,
      },
      vercelAuthentication: { deploymentType: args.previewProtection },
      previewDeploymentsDisabled: !args.previews,
      enablePreviewFeedback: args.previewComments ?? false,
      enableProductionFeedback: false,
      // Code from a fork must not be built with our variables unless a member says so.
      gitForkProtection: true,
      publicSource: false,
      protectedSourcemaps: true,
      automaticallyExposeSystemEnvironmentVariables: true,
      // A page that was open during a deployment keeps talking to the functions it came with.
      skewProtection: "12 hours",
      oidcTokenConfig: { issuerMode: "team" },
    },
    opts,
  );
}

function declareDomains(
  name: string,
  projectId: pulumi.Input<string>,
  { domains, redirects = [] }: VercelAppArgs,
  opts: pulumi.CustomResourceOptions,
): readonly [vercel.ProjectDomain, ...vercel.ProjectDomain[]] {
  // A domain belongs to one project at a time: the old one goes first.
  const options = { ...opts, deleteBeforeReplace: true };
  const declare = (domain: string) =>
    new vercel.ProjectDomain(`${name}-domain-${domain}`, { projectId, domain }, options);
  const [first, ...others] = domains;
  const canonical = declare(first);
  for (const domain of redirects) {
    new vercel.ProjectDomain(
      `${name}-domain-${domain}`,
      { projectId, domain, redirect: canonical.domain, redirectStatusCode: 308 },
      options,
    );
  }
  return [canonical, ...others.map(declare)];
}

function declareRetention(
  name: string,
  projectId: pulumi.Input<string>,
  retention: VercelAppArgs["retention"],
  opts: pulumi.CustomResourceOptions,
): void {
  new vercel.ProjectDeploymentRetention(
    `${name}-retention`,
    {
      projectId,
      expirationProduction: retention.production,
      expirationPreview: retention.preview,
      expirationCanceled: retention.canceled,
      expirationErrored: retention.errored,
    },
    opts,
  );
}

function validate(name: string, args: VercelAppArgs): void {
  demand(
    /^[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?$/.test(args.projectName) && !args.projectName.includes("---"),
    `${name}.projectName`,
    `"${args.projectName}" is no project name for Vercel`,
    "Use 1 to 100 lower-case letters, digits, dots, hyphens or underscores, without three hyphens in a row.",
  );
  const names = [...args.domains, ...(args.redirects ?? [])];
  demand(
    new Set(names).size === names.length,
    `${name}.domains`,
    "names a domain twice",
    "Name each domain once, either among the domains or among the redirects.",
  );
  const keys = args.variables.map((variable) => variable.key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  demand(twice === undefined, `${name}.variables.${twice}`, "is given twice", "Give each variable one value.");
  for (const { key, secret } of args.variables) {
    demand(
      !(secret && key.startsWith("NEXT_PUBLIC_")),
      `${name}.variables.${key}`,
      "is secret, and its name makes Next.js put it into every page",
      "Drop the NEXT_PUBLIC_ prefix, or declare that it is public.",
    );
  }
  validateRoutes(name, args.routes);
  validateFirewall(name, args.firewall);
  validateRelease(name, args.release);
}
