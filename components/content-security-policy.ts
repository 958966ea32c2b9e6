import { demand } from "./invalid-argument.ts";

/** A service that a page talks to from the browser. */
export type BrowserService = "stripe" | "maps" | "fonts" | "supabase" | "vercel-live";

type SourceDirective = "script-src" | "style-src" | "img-src" | "font-src" | "connect-src" | "frame-src" | "worker-src";

export interface ContentSecurityPolicyArgs {
  /** What the app's pages really use; nothing else is allowed. */
  readonly services: readonly BrowserService[];
  /** The app's own Supabase project, for `supabase`: never the wildcard, which would allow every customer of theirs. */
  readonly supabaseUrl?: string;
  /** Allows `eval`, which development servers need. @default false */
  readonly allowEval?: boolean;
  /** Whether plain http is upgraded to https. @default true */
  readonly upgradeInsecureRequests?: boolean;
  /** Where browsers report violations: a path of the app. @default "/api/csp-report" */
  readonly reportPath?: string;
}

/** The group of the `Reporting-Endpoints` header that `report-to` names. */
export const cspReportGroup = "csp";

const allowances: Readonly<
  Record<Exclude<BrowserService, "supabase">, Partial<Record<SourceDirective, readonly string[]>>>
> = {
  stripe: {
    "script-src": ["https://js.stripe.com"],
    "connect-src": ["https://api.stripe.com"],
    "frame-src": ["https://js.stripe.com", "https://hooks.stripe.com"],
  },
  maps: {
    // The path keeps out the host's other scripts, some of which answer with whatever callback they are given.
    "script-src": ["https://maps.googleapis.com/maps/api/js", "https://maps.googleapis.com/maps-api-v3/"],
    "connect-src": ["https://maps.googleapis.com"],
    "img-src": ["https://maps.googleapis.com", "https://maps.gstatic.com"],
  },
  fonts: {
    "style-src": ["https://fonts.googleapis.com"],
    "font-src": ["https://fonts.gstatic.com"],
  },
  "vercel-live": {
    "script-src": ["https://vercel.live"],
    "style-src": ["https://vercel.live"],
    "connect-src": ["https://vercel.live", "wss://ws-us3.pusher.com"],
    "frame-src": ["https://vercel.live"],
    "font-src": ["https://vercel.live"],
    "img-src": ["https://vercel.live"],
  },
};

/**
 * A content security policy made of what an app needs. Sources: the two policies of the operations guides, without
 * what makes them void (`unsafe-inline`, `https:` for images, a wildcard of a shared host).
 */
export function contentSecurityPolicy(args: ContentSecurityPolicyArgs): string {
  const reportPath = args.reportPath ?? "/api/csp-report";
  const from = (directive: SourceDirective) => args.services.flatMap((service) => sourcesOf(service, directive, args));
  const directives: readonly (readonly [string, readonly string[]])[] = [
    ["default-src", ["'self'"]],
    ["script-src", ["'self'", ...(args.allowEval ? ["'unsafe-eval'"] : []), ...from("script-src")]],
    ["style-src", ["'self'", ...from("style-src")]],
    ["img-src", ["'self'", "blob:", ...from("img-src")]],
    ["font-src", ["'self'", ...from("font-src")]],
    ["connect-src", ["'self'", ...from("connect-src")]],
    ["frame-src", noneIfEmpty(from("frame-src"))],
    ["worker-src", ["'self'", "blob:"]],
    ["manifest-src", ["'self'"]],
    ["object-src", ["'none'"]],
    ["base-uri", ["'self'"]],
    ["form-action", ["'self'"]],
    ["frame-ancestors", ["'none'"]],
    ...((args.upgradeInsecureRequests ?? true) ? [["upgrade-insecure-requests", []] as const] : []),
    // Both ways of reporting: browsers that know report-to ignore the older one.
    ["report-uri", [reportPath]],
    ["report-to", [cspReportGroup]],
  ];
  return directives.map(([name, sources]) => [name, ...new Set(sources)].join(" ")).join("; ");
}

function sourcesOf(
  service: BrowserService,
  directive: SourceDirective,
  args: ContentSecurityPolicyArgs,
): readonly string[] {
  if (service !== "supabase") return allowances[service][directive] ?? [];
  const { supabaseUrl } = args;
  demand(
    supabaseUrl !== undefined && URL.canParse(supabaseUrl),
    "contentSecurityPolicy.supabaseUrl",
    "is missing or no URL, and the app uses Supabase",
    "Give the project's own URL, for example https://abcdefghijklmnopqrst.supabase.co.",
  );
  const { origin, protocol, host } = new URL(supabaseUrl);
  if (directive === "img-src") return [origin];
  // Realtime speaks over a web socket.
  return directive === "connect-src" ? [origin, `${protocol === "https:" ? "wss" : "ws"}://${host}`] : [];
}

function noneIfEmpty(sources: readonly string[]): readonly string[] {
  return sources.length > 0 ? sources : ["'none'"];
}
