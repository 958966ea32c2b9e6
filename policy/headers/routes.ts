/**
 * The headers that an edge answers with, computed from route rules as Vercel's edge applies them (documentation, March
 * 2026: project-level routes run in order before the deployment's own). Pure, so that a declared set and a live
 * response are judged by the same code.
 */
import { compilePattern, type PatternSyntax, samplePath } from "./pattern.ts";

export interface HeaderOperation {
  op: "set" | "append" | "delete";
  name: string;
  value: string;
}

export interface Route {
  /** For messages. */
  name: string;
  source: string;
  syntax: PatternSyntax;
  caseSensitive: boolean;
  /** True when the rule also asks for a host, header, cookie or query. */
  conditional: boolean;
  /** True when no later rule runs after this one matched. */
  final: boolean;
  /** True when the rule answers with a redirect, so that no page is shown. */
  redirects: boolean;
  operations: readonly HeaderOperation[];
}

export interface EffectiveHeader {
  /** As the rule that set it spells it. */
  name: string;
  values: readonly string[];
  /** Names of the rules that gave it its values. */
  from: readonly string[];
}

/** Lower-case name to header. */
export type EffectiveHeaders = ReadonlyMap<string, EffectiveHeader>;

/** One way in which a path can be answered. */
export interface Answer {
  path: string;
  /** Whether the rules with conditions took part. */
  conditionsMet: boolean;
  /** A redirect shows no page, so nothing guards one. */
  redirects: boolean;
  headers: EffectiveHeaders;
}

export function effectiveHeaders(routes: readonly Route[], path: string, conditionsMet: boolean): Answer {
  const headers = new Map<string, EffectiveHeader>();
  for (const route of routes) {
    if (route.conditional && !conditionsMet) continue;
    if (!compilePattern(route.source, route.syntax, route.caseSensitive)?.test(path)) continue;
    for (const operation of route.operations) apply(headers, operation, route.name);
    if (route.final) return { path, conditionsMet, redirects: route.redirects, headers };
  }
  return { path, conditionsMet, redirects: false, headers };
}

/**
 * Every answer worth judging: the given paths and one path for every rule, each without the conditional rules and, where
 * there are some, with them. A rule that weakens a header for `/embed/(.*)` or for one cookie is met that way.
 */
export function answers(routes: readonly Route[], paths: readonly string[]): Answer[] {
  const samples = routes.map((route) => samplePath(route.source, route.syntax, route.caseSensitive));
  const all = new Set([...paths, ...samples.filter((sample) => sample !== undefined)]);
  const conditions = routes.some((route) => route.conditional) ? [false, true] : [false];
  return [...all].flatMap((path) => conditions.map((conditionsMet) => effectiveHeaders(routes, path, conditionsMet)));
}

/** The headers of a live response, in the same shape. Repeated names become several values. */
export function liveHeaders(pairs: Iterable<readonly [string, string]>): EffectiveHeaders {
  const headers = new Map<string, EffectiveHeader>();
  for (const [name, value] of pairs) apply(headers, { op: "append", name, value }, "response");
  return headers;
}

function apply(headers: Map<string, EffectiveHeader>, { op, name, value }: HeaderOperation, from: string): void {
  const key = name.trim().toLowerCase();
  const before = headers.get(key);
  if (op === "delete") headers.delete(key);
  else if (op === "set" || before === undefined) headers.set(key, { name, values: [value], from: [from] });
  else headers.set(key, { name: before.name, values: [...before.values, value], from: [...before.from, from] });
}
