/** The Vercel projects that the edge serves, made of the resources that the sandbox's world holds. */
import { isMap, type PropertyMap, type PropertyValue } from "../../engine/values.ts";
import { compileFirewall, type Firewall } from "./firewall.ts";
import { compileProtection, type Deployment, type Protection } from "./protection.ts";
import { compileRoute, type Route } from "./route.ts";

/** A declared resource, as the sandbox's world records it. */
export interface DeclaredResource {
  type: string;
  id: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
}

export interface BulkRedirect {
  destination: string;
  status: number;
  /** Whether the query of the request is appended. */
  query: boolean;
}

export interface EdgeProject {
  id: string;
  name: string;
  firewall: Firewall;
  protection: Protection;
  bulkRedirect(path: string): BulkRedirect | undefined;
  routes: readonly Route[];
  /** Environment variables of a deployment. */
  variables(deployment: Deployment): Readonly<Record<string, string>>;
  cronsEnabled: boolean;
}

/** What a host name shows. */
export interface Host {
  project: EdgeProject;
  deployment: Deployment;
  /** The name redirects to another. */
  redirect: { domain: string; status: number } | undefined;
}

export interface EdgeWorld {
  projects: readonly EdgeProject[];
  hosts: ReadonlyMap<string, Host>;
}

const DEFAULT_REDIRECT = 307;

export function compileWorld(resources: readonly DeclaredResource[], now: () => number = Date.now): EdgeWorld {
  const of = (type: string) => resources.filter((resource) => resource.type === `vercel:index/${type}`);
  const hosts = new Map<string, Host>();
  const projects = of("project:Project").map((resource) => {
    const belonging = (type: string) => of(type).filter(({ inputs }) => inputs.projectId === resource.id);
    const project = compileProject(resource, belonging, of("sharedEnvironmentVariable:SharedEnvironmentVariable"), now);
    // The addresses that every project has beside its domains.
    addHost(hosts, `${project.name}.vercel.app`, { project, deployment: "production-url", redirect: undefined });
    addHost(hosts, `${project.name}-preview.vercel.app`, { project, deployment: "preview", redirect: undefined });
    for (const { inputs } of belonging("projectDomain:ProjectDomain")) {
      const preview = text(inputs.gitBranch) !== "" || text(inputs.customEnvironmentId) !== "";
      const target = text(inputs.redirect);
      const status = typeof inputs.redirectStatusCode === "number" ? inputs.redirectStatusCode : DEFAULT_REDIRECT;
      addHost(hosts, text(inputs.domain), {
        project,
        deployment: preview ? "preview" : "production-domain",
        redirect: target === "" ? undefined : { domain: target, status },
      });
    }
    return project;
  });
  return { projects, hosts };
}

/** A name that this machine cannot resolve is also served below `localhost`. */
function addHost(hosts: Map<string, Host>, name: string, host: Host): void {
  hosts.set(name, host);
  if (name !== "localhost" && !name.endsWith(".localhost")) hosts.set(`${name}.localhost`, host);
}

function compileProject(
  { id, inputs }: DeclaredResource,
  belonging: (type: string) => DeclaredResource[],
  shared: DeclaredResource[],
  now: () => number,
): EdgeProject {
  const variables = [
    ...shared
      .filter(({ inputs: of }) => Array.isArray(of.projectIds) && of.projectIds.includes(id))
      .map(({ inputs: of }) => of),
    ...belonging("projectEnvironmentVariables:ProjectEnvironmentVariables").flatMap(({ inputs: of }) =>
      mapsOf(of.variables),
    ),
    ...belonging("projectEnvironmentVariable:ProjectEnvironmentVariable").map(({ inputs: of }) => of),
  ];
  const redirects = bulkRedirects(
    belonging("bulkRedirects:BulkRedirects").flatMap(({ inputs: of }) => mapsOf(of.redirects)),
  );
  const crons = belonging("projectCrons:ProjectCrons").at(-1)?.inputs.enabled;
  return {
    id,
    name: text(inputs.name),
    firewall: compileFirewall({
      configuration: belonging("firewallConfig:FirewallConfig").at(-1)?.inputs,
      bypasses: belonging("firewallBypass:FirewallBypass").map(({ inputs: of }) => of),
      attackMode: belonging("attackChallengeMode:AttackChallengeMode").at(-1)?.inputs,
      now,
    }),
    protection: compileProtection({
      project: inputs,
      bypassSecrets: belonging("projectProtectionBypass:ProjectProtectionBypass").map(({ outputs }) =>
        text(outputs.secret),
      ),
      exceptions: belonging("deploymentProtectionException:DeploymentProtectionException").map(({ inputs: of }) =>
        text(of.alias),
      ),
    }),
    bulkRedirect: redirects,
    routes: orderRoutes(belonging("projectRoute:ProjectRoute")).map(({ inputs: of }) => compileRoute(of)),
    variables: (deployment) => variablesFor(variables, deployment),
    cronsEnabled: crons !== false,
  };
}

/** The order that the positions declare, in which later ones were placed among those that were there. */
export function orderRoutes(routes: readonly DeclaredResource[]): DeclaredResource[] {
  const ordered: DeclaredResource[] = [];
  const waiting = [...routes];
  while (waiting.length > 0) {
    const next = waiting.findIndex((route) => placeOf(route, ordered) !== undefined);
    // A rule whose neighbour is gone stands at the end, as the others close the gap.
    const [route] = waiting.splice(Math.max(next, 0), 1);
    if (route) ordered.splice(placeOf(route, ordered) ?? ordered.length, 0, route);
  }
  return ordered.filter(({ inputs }) => inputs.enabled !== false);
}

function placeOf({ inputs }: DeclaredResource, ordered: DeclaredResource[]): number | undefined {
  const { placement, referenceRouteId } = isMap(inputs.position) ? inputs.position : {};
  if (placement === "start") return 0;
  if (placement !== "before" && placement !== "after") return ordered.length;
  const neighbour = ordered.findIndex(({ id }) => id === referenceRouteId);
  if (neighbour < 0) return undefined;
  return placement === "before" ? neighbour : neighbour + 1;
}

function bulkRedirects(redirects: PropertyMap[]): (path: string) => BulkRedirect | undefined {
  const exact = new Map<string, BulkRedirect>();
  const folded = new Map<string, BulkRedirect>();
  for (const redirect of redirects) {
    const source = text(redirect.source);
    const compiled = {
      destination: text(redirect.destination),
      status: typeof redirect.statusCode === "number" ? redirect.statusCode : 308,
      query: redirect.query === true,
    };
    if (redirect.caseSensitive === true) exact.set(source, compiled);
    else folded.set(source.toLowerCase(), compiled);
  }
  if (exact.size + folded.size === 0) return () => undefined;
  return (path) => exact.get(path) ?? folded.get(path.toLowerCase());
}

/** A stack that knows the development target only is served with that target's values. */
function variablesFor(variables: PropertyMap[], deployment: Deployment): Record<string, string> {
  const wanted = deployment === "preview" ? "preview" : "production";
  const values: Record<string, string> = {};
  for (const target of ["development", wanted]) {
    for (const variable of variables) {
      const { targets } = variable;
      if (Array.isArray(targets) && targets.includes(target)) values[text(variable.key)] = text(variable.value);
    }
  }
  return values;
}

function mapsOf(value: PropertyValue | undefined): PropertyMap[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}

function text(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "";
}
