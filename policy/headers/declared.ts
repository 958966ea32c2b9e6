/** From Vercel's declared resources to routes in the order in which the edge runs them. */
import type { Properties } from "../properties.ts";
import { flag, list, map, number, text } from "../properties.ts";
import type { Stack } from "../stack.ts";
import type { Subject } from "../subject.ts";
import type { PatternSyntax } from "./pattern.ts";
import type { HeaderOperation, Route } from "./routes.ts";

export const PROJECT = "vercel:index/project:Project";
export const ROUTE = "vercel:index/projectRoute:ProjectRoute";

/** The rules of one project, in the edge's order. Reading one that is not known yet throws. */
export function routesOf(stack: Stack, project: Subject): Route[] {
  return ordered(stack, stack.referring(project, ROUTE, "projectId"))
    .filter((rule) => rule.props.enabled !== false)
    .map(routeOf);
}

/** Start, end, before, after: as `position` asks. A stack lists a resource after those that it refers to. */
function ordered(stack: Stack, rules: readonly Subject[]): Subject[] {
  const order: Subject[] = [];
  for (const rule of rules) {
    const position = map(rule.props.position);
    const placement = text(position.placement) ?? "end";
    const index = placement === "before" || placement === "after" ? referenceIndex(stack, rule, order, position) : -1;
    if (index >= 0) order.splice(placement === "before" ? index : index + 1, 0, rule);
    else if (placement === "start") order.unshift(rule);
    else order.push(rule);
  }
  return order;
}

function referenceIndex(stack: Stack, rule: Subject, order: readonly Subject[], position: Properties): number {
  const urns = (rule.propertyDependencies.position ?? []).filter((urn) => stack.byUrn(urn)?.type === ROUTE);
  const byDependency = order.findIndex((other) => urns.includes(other.urn));
  if (byDependency >= 0) return byDependency;
  const id = text(position.referenceRouteId);
  return id === undefined ? -1 : order.findIndex((other) => other.props.id === id);
}

export function routeOf(rule: Subject): Route {
  const route = map(rule.props.route);
  const status = number(route.status);
  const continues =
    route.continue === undefined ? route.dest === undefined && status === undefined : flag(route.continue);
  return {
    name: text(rule.props.name) ?? rule.name,
    source: text(route.src) ?? "",
    syntax: syntaxOf(rule.props.srcSyntax),
    caseSensitive: flag(route.caseSensitive),
    conditional: list(route.has).length > 0 || list(route.missings).length > 0,
    final: !continues,
    redirects: status !== undefined && status >= 300 && status < 400,
    operations: operationsOf(route),
  };
}

const syntaxOf = (value: unknown): PatternSyntax =>
  value === "equals" || value === "path-to-regexp" ? value : "regex";

export function operationsOf(route: Properties): HeaderOperation[] {
  const operations: HeaderOperation[] = [];
  const headers = map(route.headers);
  for (const name of Object.keys(headers)) operations.push({ op: "set", name, value: String(headers[name] ?? "") });
  for (const item of list(route.transforms)) {
    const transform = map(item);
    const op = text(transform.op);
    if (transform.type !== "response.headers" || (op !== "set" && op !== "append" && op !== "delete")) continue;
    operations.push({ op, name: targetName(text(transform.target) ?? ""), value: text(transform.args) ?? "" });
  }
  return operations;
}

/** A target is a header's name, or the API's `{"key": "…"}` as text. */
function targetName(target: string): string {
  if (!target.startsWith("{")) return target;
  try {
    const parsed: unknown = JSON.parse(target);
    return text(map(parsed).key) ?? target;
  } catch {
    return target;
  }
}
