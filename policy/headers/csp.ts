/**
 * Judges a Content-Security-Policy: Google's evaluator for what runs scripts, and own rules for what it is silent about
 * (inline styles, images from anywhere, wildcards of hosts that anybody can rent, missing directives).
 */
import { CspEvaluator } from "csp_evaluator";
import { CspParser } from "csp_evaluator/dist/parser.js";

export interface CspFinding {
  severity: "high" | "medium" | "low";
  directive: string;
  /** The source that is too wide; absent for a missing directive. */
  source?: string;
  message: string;
}

/** Lower-case name to sources. The first of two equal directives counts, as in the browser. */
export type Directives = ReadonlyMap<string, readonly string[]>;

/** Domains under which anybody can have a host, so a wildcard of them lets everybody in. */
export const SHARED_HOSTS: readonly string[] = [
  "amazonaws.com",
  "appspot.com",
  "azureedge.net",
  "azurewebsites.net",
  "cloudfront.net",
  "firebaseapp.com",
  "fly.dev",
  "github.io",
  "googleapis.com",
  "googleusercontent.com",
  "herokuapp.com",
  "myshopify.com",
  "netlify.app",
  "ngrok.io",
  "onrender.com",
  "pages.dev",
  "supabase.co",
  "vercel.app",
  "vercel-storage.com",
  "web.app",
  "windows.net",
  "workers.dev",
];

const REQUIRED = ["base-uri", "form-action", "frame-ancestors"];
/** Directives whose sources are not hosts. */
const NOT_SOURCES = new Set([
  "report-to",
  "report-uri",
  "sandbox",
  "upgrade-insecure-requests",
  "block-all-mixed-content",
]);
/** csp_evaluator: HIGH 10, SYNTAX 20, MEDIUM 30; above that it only suggests. */
const EVALUATOR_SEVERITY: ReadonlyMap<number, CspFinding["severity"]> = new Map([
  [10, "high"],
  [20, "high"],
  [30, "medium"],
]);

export function parseCsp(policy: string): Directives {
  const directives = new Map<string, readonly string[]>();
  for (const part of policy.split(";")) {
    const [name, ...sources] = part.trim().split(/\s+/);
    if (name === undefined || name === "") continue;
    if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
  }
  return directives;
}

/** The sources that govern a kind of fetch: its own directive, or `default-src`. */
export const sourcesFor = (directives: Directives, name: string): readonly string[] | undefined =>
  directives.get(name) ?? directives.get("default-src");

export function judgeCsp(policy: string, sharedHosts: readonly string[] = SHARED_HOSTS): CspFinding[] {
  const directives = parseCsp(policy);
  const findings = [
    ...scriptFindings(policy),
    ...[...directives].flatMap(([name, sources]) =>
      NOT_SOURCES.has(name) ? [] : sources.flatMap((source) => sourceFindings(name, source, sources, sharedHosts)),
    ),
    ...missingFindings(directives),
  ];
  // Both evaluators may object to the same source; one line is enough.
  const seen = new Set<string>();
  return findings.filter(({ directive, source, message }) => {
    const key = source === undefined ? `${directive} ${message}` : `${directive} ${source}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

function scriptFindings(policy: string): CspFinding[] {
  return new CspEvaluator(new CspParser(policy).csp).evaluate().flatMap((finding) => {
    const severity = EVALUATOR_SEVERITY.get(finding.severity);
    if (severity === undefined) return [];
    const description = finding.description.replace(/\s+/g, " ").trim().replace(/\.$/, "");
    const source = finding.value;
    const message =
      source === undefined ? `${finding.directive}: ${description}` : `${finding.directive} ${source}: ${description}`;
    return [{ severity, directive: finding.directive, ...(source === undefined ? {} : { source }), message }];
  });
}

function sourceFindings(
  directive: string,
  source: string,
  beside: readonly string[],
  sharedHosts: readonly string[],
): CspFinding[] {
  const lower = source.toLowerCase();
  const say = (severity: CspFinding["severity"], why: string): CspFinding[] => [
    { severity, directive, source, message: `${directive} ${source}: ${why}` },
  ];
  const holds = (pattern: RegExp) => beside.some((other) => pattern.test(other));
  if (lower === "'unsafe-inline'") {
    // Browsers ignore it beside a hash; a declared nonce is the same for everybody and protects nothing.
    const hashed = holds(/^'sha(256|384|512)-/i);
    if (directive.startsWith("style-src"))
      return hashed ? [] : say("medium", "inline styles let an injection restyle the page and read it by selectors");
    return hashed ? [] : say("high", "inline scripts run, so the policy does not stop an injected one");
  }
  if (lower === "'unsafe-eval'") return say("high", "texts can be run as scripts");
  if (lower.startsWith("'nonce-"))
    return say("high", "a nonce in a declared header is the same for every response, so an attacker knows it");
  // Browsers that know 'strict-dynamic' ignore schemes and hosts beside it; they stand there for those that do not.
  if (holds(/^'strict-dynamic'$/i) && !lower.startsWith("'")) return [];
  if (lower === "*" || /^(https?|wss?):(\/\/\*)?$/.test(lower)) {
    return say(directive === "img-src" ? "medium" : "high", "any host is let in");
  }
  if (lower === "data:" && directive === "img-src")
    return say("medium", "data: images carry content that no host check sees");
  if (lower === "data:" && /^(script|object|default|frame)-src/.test(directive))
    return say("high", "data: runs content that an attacker wrote");
  if (/^(http|ws):\/\//.test(lower)) return say("medium", "plain text on the way: mixed content");
  const shared = sharedHosts.find((host) =>
    new RegExp(`^([a-z]+://)?\\*\\.${host.replaceAll(".", "\\.")}([:/]|$)`).test(lower),
  );
  if (shared !== undefined) return say("high", `anybody can have a host under ${shared}; name the project's own host`);
  return [];
}

function missingFindings(directives: Directives): CspFinding[] {
  const missing = (directive: string, why: string): CspFinding => ({
    severity: directive === "report-to" ? "low" : "medium",
    directive,
    message: `${directive} is missing: ${why}`,
  });
  const why: Record<string, string> = {
    "base-uri": "an injected <base> redirects every relative script",
    "form-action": "an injected form can send what users type anywhere",
    "frame-ancestors": "any page can frame this one",
  };
  return [
    ...(directives.has("default-src")
      ? []
      : [missing("default-src", "kinds of content without their own directive are not limited")]),
    ...REQUIRED.filter((name) => !directives.has(name)).map((name) => missing(name, why[name] ?? "")),
    ...(directives.has("report-to") || directives.has("report-uri")
      ? []
      : [missing("report-to", "nobody hears of violations")]),
  ];
}
