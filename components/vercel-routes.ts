import type * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumi/vercel";
import { demand } from "./invalid-argument.ts";

/** One rule at the edge: headers, a redirect or a rewrite. Later rules override the headers of earlier ones. */
export interface VercelRoute {
  /** The rule's identity and its name in Vercel, in kebab-case. */
  readonly name: string;
  readonly description: string;
  /** A regular expression over the whole path, for example `^/api/(.*)$`. */
  readonly source: string;
  /** A request header that must be there, for example `x-forwarded-proto: http`. */
  readonly whenHeader?: { readonly key: string; readonly value: string };
  readonly action:
    | { readonly kind: "headers"; readonly headers: Readonly<Record<string, string>> }
    | { readonly kind: "redirect"; readonly destination: pulumi.Input<string>; readonly status: 301 | 302 | 307 | 308 }
    | { readonly kind: "rewrite"; readonly destination: pulumi.Input<string> };
}

/**
 * The rules of a project in order, each behind the one before it. `position` is always given (the provider crashes
 * without it), and the chain makes the order part of the declaration, since the provider can't read it back.
 */
export function declareRoutes(
  name: string,
  projectId: pulumi.Input<string>,
  routes: readonly VercelRoute[],
  opts: pulumi.CustomResourceOptions,
): readonly vercel.ProjectRoute[] {
  const declared: vercel.ProjectRoute[] = [];
  for (const route of routes) {
    const before = declared.at(-1);
    declared.push(
      new vercel.ProjectRoute(
        `${name}-route-${route.name}`,
        {
          projectId,
          name: route.name,
          description: route.description,
          enabled: true,
          srcSyntax: "regex",
          route: { src: route.source, ...condition(route), ...action(route) },
          position: before === undefined ? { placement: "start" } : { placement: "after", referenceRouteId: before.id },
        },
        { ...opts, deleteBeforeReplace: true },
      ),
    );
  }
  return declared;
}

/** Rules that could not be told apart, or that the edge would read as something else, are refused. */
export function validateRoutes(name: string, routes: readonly VercelRoute[]): void {
  const names = routes.map((route) => route.name);
  for (const route of routes) {
    const path = `${name}.routes.${route.name}`;
    demand(
      /^[a-z][a-z0-9-]{1,62}$/.test(route.name) && names.indexOf(route.name) === names.lastIndexOf(route.name),
      path,
      "is no unique name in kebab-case",
      "Name each rule once, for example security-headers.",
    );
    demand(
      route.source.startsWith("^/") && route.source.endsWith("$"),
      `${path}.source`,
      "does not cover the whole path",
      "Begin it with ^/ and end it with $, for example ^/api/(.*)$.",
    );
    if (route.action.kind !== "headers") continue;
    for (const [key, value] of Object.entries(route.action.headers)) {
      demand(
        /^[A-Za-z0-9-]+$/.test(key) && /^[\x20-\x7e]+$/.test(value),
        `${path}.headers.${key}`,
        "is no header that can be sent",
        "Use printable ASCII without line breaks.",
      );
    }
  }
}

function condition({ whenHeader }: VercelRoute) {
  return whenHeader === undefined ? {} : { has: [{ type: "header", ...whenHeader }] };
}

function action({ action: chosen }: VercelRoute) {
  switch (chosen.kind) {
    case "headers":
      return { headers: { ...chosen.headers } };
    case "redirect":
      return { dest: chosen.destination, status: chosen.status };
    case "rewrite":
      return { dest: chosen.destination };
  }
}
