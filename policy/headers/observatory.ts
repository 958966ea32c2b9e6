/**
 * The score of MDN HTTP Observatory for a set of headers (its table of 2024, the modifiers that headers alone decide).
 * Cookies, redirects and subresource integrity need a page; the live check adds nothing for them either.
 * Source: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
 */
import { type Directives, parseCsp, sourcesFor } from "./csp.ts";
import type { EffectiveHeaders } from "./routes.ts";

export interface Modifier {
  test:
    | "csp"
    | "cors"
    | "hsts"
    | "referrer-policy"
    | "content-type-options"
    | "frame-options"
    | "resource-policy"
    | "isolation";
  points: number;
  reason: string;
}

export interface Score {
  /** 0 to 145. */
  points: number;
  grade: string;
  modifiers: readonly Modifier[];
}

const SIX_MONTHS_SECONDS = 15_768_000;
const YEAR_SECONDS = 31_536_000;
/** Bonuses count only for a site that is good without them. */
const BONUS_FLOOR = 90;
const GRADES: readonly (readonly [number, string])[] = [
  [100, "A+"],
  [90, "A"],
  [85, "A-"],
  [80, "B+"],
  [70, "B"],
  [65, "B-"],
  [60, "C+"],
  [50, "C"],
  [45, "C-"],
  [40, "D+"],
  [30, "D"],
  [25, "D-"],
  [0, "F"],
];

export function score(headers: EffectiveHeaders): Score {
  const modifiers = [
    csp(headers),
    cors(headers),
    hsts(headers),
    referrerPolicy(headers),
    contentTypeOptions(headers),
    frameOptions(headers),
    resourcePolicy(headers),
    isolation(headers),
  ];
  const sum = (some: readonly Modifier[]) => some.reduce((total, { points }) => total + points, 0);
  const base = 100 + sum(modifiers.filter(({ points }) => points < 0));
  const points = Math.max(
    0,
    base >= BONUS_FLOOR ? base + sum(modifiers.filter((modifier) => modifier.points > 0)) : base,
  );
  return { points, grade: GRADES.find(([floor]) => points >= floor)?.[1] ?? "F", modifiers };
}

/** The value that counts: of several headers of one name a browser takes the first it understands. */
export const headerValue = (headers: EffectiveHeaders, name: string): string | undefined =>
  headers.get(name.toLowerCase())?.values[0]?.trim();

export interface StrictTransport {
  maxAgeSeconds: number;
  includeSubDomains: boolean;
  preload: boolean;
}

/** `undefined` when the header is missing or has no usable max-age. */
export function strictTransport(value: string | undefined): StrictTransport | undefined {
  const directives = (value ?? "").split(";").map((part) => part.trim().toLowerCase());
  const age = directives
    .map((directive) => /^max-age\s*=\s*"?(\d+)"?$/.exec(directive)?.[1])
    .find((found) => found !== undefined);
  if (age === undefined) return undefined;
  return {
    maxAgeSeconds: Number(age),
    includeSubDomains: directives.includes("includesubdomains"),
    preload: directives.includes("preload"),
  };
}

function csp(headers: EffectiveHeaders): Modifier {
  const say = (points: number, reason: string): Modifier => ({ test: "csp", points, reason });
  const value = headerValue(headers, "content-security-policy");
  if (value === undefined || value === "") {
    return headers.has("content-security-policy-report-only")
      ? say(-25, "the Content-Security-Policy only reports")
      : say(-25, "no Content-Security-Policy");
  }
  const directives = parseCsp(value);
  const listed = sourcesFor(directives, "script-src")?.map((source) => source.toLowerCase());
  if (listed === undefined) return say(-20, "the Content-Security-Policy does not limit scripts");
  const hashed = listed.some((source) => /^'(nonce|sha(256|384|512))-/.test(source));
  // As the Observatory does: beside 'strict-dynamic' hosts and schemes stand for old browsers only.
  const scripts =
    hashed && listed.includes("'strict-dynamic'") ? listed.filter((source) => source.startsWith("'")) : listed;
  const objects = sourcesFor(directives, "object-src")?.map((source) => source.toLowerCase());
  if ((scripts.includes("'unsafe-inline'") && !hashed) || scripts.includes("data:") || objects === undefined) {
    return say(-20, "the Content-Security-Policy lets inline scripts, data: scripts or plug-ins run");
  }
  if (anyScheme(scripts) || anyScheme(objects))
    return say(-20, "the Content-Security-Policy lets any host's scripts or plug-ins run");
  if (scripts.includes("'unsafe-eval'")) return say(-10, "the Content-Security-Policy lets texts be evaluated");
  if (insecure(directives)) return say(-20, "the Content-Security-Policy names plain-text sources");
  if ((sourcesFor(directives, "style-src") ?? []).some((source) => source.toLowerCase() === "'unsafe-inline'")) {
    return say(0, "the Content-Security-Policy lets inline styles in, but no scripts");
  }
  const none = directives.get("default-src")?.join(" ").toLowerCase() === "'none'";
  return none
    ? say(10, "strict Content-Security-Policy, default-src 'none'")
    : say(5, "Content-Security-Policy without unsafe sources");
}

const anyScheme = (sources: readonly string[]): boolean =>
  sources.some((source) => source === "*" || /^https?:(\/\/\*)?$/.test(source));
const insecure = (directives: Directives): boolean =>
  [...directives.values()].flat().some((source) => /^(http|ws|ftp):/i.test(source));

function cors(headers: EffectiveHeaders): Modifier {
  const universal =
    headerValue(headers, "access-control-allow-origin") === "*" &&
    headerValue(headers, "access-control-allow-credentials")?.toLowerCase() === "true";
  return universal
    ? { test: "cors", points: -50, reason: "every origin may read with the user's credentials" }
    : { test: "cors", points: 0, reason: "cross-origin reads are limited" };
}

function hsts(headers: EffectiveHeaders): Modifier {
  const say = (points: number, reason: string): Modifier => ({ test: "hsts", points, reason });
  const found = strictTransport(headerValue(headers, "strict-transport-security"));
  if (found === undefined) return say(-20, "no usable Strict-Transport-Security");
  if (found.maxAgeSeconds < SIX_MONTHS_SECONDS) return say(-10, "Strict-Transport-Security for less than six months");
  return found.preload && found.includeSubDomains && found.maxAgeSeconds >= YEAR_SECONDS
    ? say(5, "Strict-Transport-Security as the preload list asks")
    : say(0, "Strict-Transport-Security for six months or more");
}

const PRIVATE_REFERRERS = ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"];
const UNSAFE_REFERRERS = ["origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"];

function referrerPolicy(headers: EffectiveHeaders): Modifier {
  const say = (points: number, reason: string): Modifier => ({ test: "referrer-policy", points, reason });
  const value = headerValue(headers, "referrer-policy")?.toLowerCase();
  if (value === undefined) return say(0, "no Referrer-Policy: the browser's default counts");
  const last =
    value
      .split(",")
      .map((part) => part.trim())
      .at(-1) ?? "";
  if (PRIVATE_REFERRERS.includes(last)) return say(5, "Referrer-Policy keeps paths private");
  return say(
    -5,
    UNSAFE_REFERRERS.includes(last) ? "Referrer-Policy lets addresses leak" : "Referrer-Policy is not valid",
  );
}

function contentTypeOptions(headers: EffectiveHeaders): Modifier {
  const nosniff = headerValue(headers, "x-content-type-options")?.toLowerCase() === "nosniff";
  return nosniff
    ? { test: "content-type-options", points: 0, reason: "X-Content-Type-Options is nosniff" }
    : { test: "content-type-options", points: -5, reason: "no X-Content-Type-Options: nosniff" };
}

function frameOptions(headers: EffectiveHeaders): Modifier {
  const say = (points: number, reason: string): Modifier => ({ test: "frame-options", points, reason });
  const ancestors = parseCsp(headerValue(headers, "content-security-policy") ?? "").get("frame-ancestors");
  if (ancestors !== undefined && !ancestors.some((source) => source === "*" || /^https?:$/.test(source))) {
    return say(5, "frame-ancestors limits who may frame the page");
  }
  const value = headerValue(headers, "x-frame-options")?.toUpperCase();
  return value === "DENY" || value === "SAMEORIGIN"
    ? say(0, "X-Frame-Options limits who may frame the page")
    : say(-20, "any page can frame this one");
}

function resourcePolicy(headers: EffectiveHeaders): Modifier {
  const say = (points: number, reason: string): Modifier => ({ test: "resource-policy", points, reason });
  const value = headerValue(headers, "cross-origin-resource-policy")?.toLowerCase();
  if (value === undefined) return say(0, "no Cross-Origin-Resource-Policy");
  if (value === "same-origin" || value === "same-site")
    return say(10, "Cross-Origin-Resource-Policy keeps resources at home");
  return value === "cross-origin"
    ? say(0, "Cross-Origin-Resource-Policy: cross-origin")
    : say(-5, "Cross-Origin-Resource-Policy is not valid");
}

function isolation(headers: EffectiveHeaders): Modifier {
  const opener = headerValue(headers, "cross-origin-opener-policy")?.toLowerCase();
  const embedder = headerValue(headers, "cross-origin-embedder-policy")?.toLowerCase();
  const isolated = opener === "same-origin" && (embedder === "require-corp" || embedder === "credentialless");
  return isolated
    ? { test: "isolation", points: 10, reason: "the page is cross-origin isolated" }
    : { test: "isolation", points: 0, reason: "the page is not cross-origin isolated" };
}
