/** One project-level rule, compiled. */
import { pathToRegexp } from "path-to-regexp";
import { isMap, type PropertyMap, type PropertyValue } from "../../engine/values.ts";
import { cookiesOf, type EdgeRequest, headerOf } from "./request.ts";

export interface Transform {
  type: string;
  op: string;
  key: string;
  value: string;
}

export interface Route {
  name: string;
  /** Whether the request meets the rule: the captures by number and name; otherwise `undefined`. */
  match(request: EdgeRequest): Captures | undefined;
  dest: string | undefined;
  status: number | undefined;
  headers: readonly (readonly [string, string])[];
  transforms: readonly Transform[];
}

export type Captures = ReadonlyMap<string, string>;

interface Condition {
  type: string;
  key: string;
  pattern: RegExp | undefined;
}

const NOTHING: Captures = new Map();

/** `inputs` are those of a `vercel:index/projectRoute:ProjectRoute`. */
export function compileRoute(inputs: PropertyMap): Route {
  const route = isMap(inputs.route) ? inputs.route : {};
  const pattern = sourcePattern(text(route.src), text(inputs.srcSyntax), route.caseSensitive === true);
  const wanted = conditions(route.has);
  const unwanted = conditions(route.missings);
  return {
    name: text(inputs.name),
    dest: text(route.dest) || undefined,
    status: typeof route.status === "number" ? route.status : undefined,
    headers: isMap(route.headers)
      ? Object.entries(route.headers).map(([name, value]) => [name, text(value)] as const)
      : [],
    transforms: transforms(route.transforms),
    match(request) {
      const found = pattern.exec(request.path);
      if (!found) return undefined;
      const captures = found.length > 1 ? capturesOf(found) : NOTHING;
      if (wanted.length === 0 && unwanted.length === 0) return captures;
      const merged = new Map(captures);
      for (const condition of wanted) {
        const held = meets(condition, request);
        if (!held) return undefined;
        for (const [name, value] of held) merged.set(name, value);
      }
      return unwanted.some((condition) => meets(condition, request)) ? undefined : merged;
    },
  };
}

/** `$1` and `$name` become what was captured; percent-encoded text stays as it is. */
export function fill(template: string, captures: Captures): string {
  if (!template.includes("$")) return template;
  return template.replace(/\$(\d+|[A-Za-z_]\w*)/g, (_, name: string) => captures.get(name) ?? "");
}

function sourcePattern(source: string, syntax: string, caseSensitive: boolean): RegExp {
  const flags = caseSensitive ? "" : "i";
  if (syntax === "equals") return new RegExp(`^${source.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`, flags);
  if (syntax === "path-to-regexp") return pathToRegexp(source, { sensitive: caseSensitive }).regexp;
  return new RegExp(source, flags);
}

function capturesOf(found: RegExpExecArray): Captures {
  const captures = new Map<string, string>();
  found.slice(1).forEach((value, index) => {
    captures.set(String(index + 1), value ?? "");
  });
  for (const [name, value] of Object.entries(found.groups ?? {})) captures.set(name, value ?? "");
  return captures;
}

function conditions(value: PropertyValue | undefined): Condition[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isMap).map((condition) => ({
    type: text(condition.type),
    key: text(condition.key),
    // A value is a pattern for the whole.
    pattern:
      condition.value === undefined || condition.value === null
        ? undefined
        : new RegExp(`^(?:${text(condition.value)})$`),
  }));
}

function meets({ type, key, pattern }: Condition, request: EdgeRequest): Captures | undefined {
  const value = subject(type, key, request);
  if (value === undefined) return undefined;
  if (!pattern) return NOTHING;
  const found = pattern.exec(value);
  if (!found) return undefined;
  return new Map(Object.entries(found.groups ?? {}).map(([name, captured]) => [name, captured ?? ""]));
}

function subject(type: string, key: string, request: EdgeRequest): string | undefined {
  switch (type) {
    case "host":
      return request.host;
    case "header":
      return headerOf(request.headers, key);
    case "cookie":
      return cookiesOf(request.headers).get(key);
    default:
      return request.query.get(key) ?? undefined;
  }
}

function transforms(value: PropertyValue | undefined): Transform[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isMap).map((transform) => ({
    type: text(transform.type),
    op: text(transform.op),
    key: targetKey(text(transform.target)),
    value: text(transform.args),
  }));
}

/** The target is JSON with a `key`; a plain name is taken as the key itself. */
function targetKey(target: string): string {
  if (!target.startsWith("{")) return target;
  const parsed: { key?: unknown } = JSON.parse(target);
  return typeof parsed.key === "string" ? parsed.key : "";
}

function text(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "";
}
