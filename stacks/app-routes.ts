import type { BrowserService } from "../components/content-security-policy.ts";
import { securityHeaders } from "../components/security-headers.ts";
import type { VercelRoute } from "../components/vercel-routes.ts";
import type { AppName, Environment } from "./environment.ts";
import { appNames } from "./environment.ts";
import { appOrigin } from "./variables/origins.ts";

const services: Readonly<Record<AppName, readonly BrowserService[]>> = {
  site: ["fonts", "supabase"],
  hs: ["fonts", "supabase", "stripe", "maps"],
  rest: ["fonts", "supabase", "stripe", "maps"],
  auto: ["fonts", "supabase", "stripe", "maps"],
  ret: ["fonts", "supabase", "stripe", "maps"],
};

/** The rules of an app at the edge, in order: later headers override earlier ones. */
export function routesOf(app: AppName, environment: Environment): readonly VercelRoute[] {
  return [
    ...httpsRedirect(app, environment),
    appHeaders(app, environment),
    staticAssets,
    ...cachedPages(app, environment),
    apiCache,
    privateApi,
    ...(app === "site" ? rewrites(environment) : []),
  ];
}

function httpsRedirect(app: AppName, environment: Environment): readonly VercelRoute[] {
  const origin = appOrigin(environment, app);
  if (!origin?.startsWith("https:")) return [];
  return [
    {
      name: "https",
      description: "Plain http goes to https",
      source: "^/(.*)$",
      whenHeader: { key: "x-forwarded-proto", value: "http" },
      action: { kind: "redirect", destination: `${origin}/$1`, status: 308 },
    },
  ];
}

function appHeaders(app: AppName, environment: Environment): VercelRoute {
  const { developerTools, strictMode } = environment.security;
  const supabaseUrl = environment.variables.NEXT_PUBLIC_SUPABASE_URL;
  return {
    name: "security-headers",
    description: "Security headers on every answer",
    source: "^/(.*)$",
    action: {
      kind: "headers",
      headers: securityHeaders({
        strictTransport: strictMode,
        contentSecurityPolicy: {
          services: developerTools ? [...services[app], "vercel-live"] : services[app],
          ...(supabaseUrl === undefined ? {} : { supabaseUrl }),
          allowEval: developerTools,
          upgradeInsecureRequests: strictMode,
        },
      }),
    },
  };
}

/** File names there change with their content. */
const staticAssets: VercelRoute = {
  name: "static-assets",
  description: "Built assets are kept for a year",
  source: "^/_next/static/(.*)$",
  action: { kind: "headers", headers: { "Cache-Control": "public, max-age=31536000, immutable" } },
};

/** Only the marketing site's own pages are the same for everybody; the apps' pages belong to who is logged in. */
function cachedPages(app: AppName, { cdn }: Environment): readonly VercelRoute[] {
  if (app !== "site" || !cdn.enabled) return [];
  const others = appNames.filter((name) => name !== "site").join("|");
  return [
    {
      name: "cached-pages",
      description: "The edge keeps the marketing site's pages",
      source: `^/(?!(?:api|_next|${others})(?:/|$))(.*)$`,
      action: {
        kind: "headers",
        headers: { "CDN-Cache-Control": `max-age=${cdn.cacheSeconds}, stale-while-revalidate=60` },
      },
    },
  ];
}

/** The guide caches all of /api; then one customer's invoices could answer the next one's request. */
const apiCache: VercelRoute = {
  name: "api-cache",
  description: "The edge answers repeated requests to the public API for a minute",
  source: "^/api/public/(.*)$",
  action: { kind: "headers", headers: { "Cache-Control": "s-maxage=60, stale-while-revalidate" } },
};

/** What is about one person, or about this moment, is never kept. */
const privateApi: VercelRoute = {
  name: "private-api",
  description: "Answers outside the public API are never kept",
  source: "^/api/(?!public/)(.*)$",
  action: { kind: "headers", headers: { "Cache-Control": "private, no-store" } },
};

/** The marketing domain shows the other apps below a path of their own. */
function rewrites(environment: Environment): readonly VercelRoute[] {
  return appNames
    .filter((app) => app !== "site")
    .flatMap((app): VercelRoute[] => {
      const origin = appOrigin(environment, app);
      if (origin === undefined) return [];
      return [
        {
          name: `app-${app}`,
          description: `/${app} is the app ${app}`,
          source: `^/${app}(?:/(.*))?$`,
          action: { kind: "rewrite", destination: `${origin}/$1` },
        },
      ];
    });
}
