import { isMap, type PropertyMap, type PropertyValue } from "../../engine/values.ts";
import { cookiesOf, type EdgeRequest, headerOf } from "./request.ts";

export type Test = (request: EdgeRequest) => boolean;

/** Any of the groups must hold, and in it every condition. */
export function compileGroups(groups: PropertyValue | undefined): Test {
  const compiled = maps(groups).map((group) => maps(group.conditions).map(compileCondition));
  return (request) => compiled.some((conditions) => conditions.every((condition) => condition(request)));
}

export function maps(value: PropertyValue | undefined): PropertyMap[] {
  return Array.isArray(value) ? value.filter(isMap) : [];
}

function compileCondition(condition: PropertyMap): Test {
  const subject = subjectOf(text(condition.type), text(condition.key));
  const test = operatorOf(text(condition.op), text(condition.value), texts(condition.values));
  return condition.neg === true ? (request) => !test(subject(request)) : (request) => test(subject(request));
}

function subjectOf(type: string, key: string): (request: EdgeRequest) => string | undefined {
  switch (type) {
    case "host":
      return ({ host }) => host;
    case "path":
    case "target_path":
      return ({ path }) => path;
    case "method":
      return ({ method }) => method;
    case "header":
      return ({ headers }) => headerOf(headers, key);
    case "query":
      return ({ query }) => query.get(key) ?? undefined;
    case "cookie":
      return ({ headers }) => cookiesOf(headers).get(key);
    case "ip_address":
      return ({ ip }) => ip;
    case "scheme":
      return ({ scheme }) => scheme;
    case "protocol":
      return () => "HTTP/1.1";
    case "user_agent":
      return ({ headers }) => headerOf(headers, "user-agent");
    case "environment":
      return ({ headers }) => headerOf(headers, "x-vercel-environment") ?? "production";
    // Where a client is and how it speaks TLS is said by headers, so that one can try it.
    case "geo_continent":
      return ({ headers }) => headerOf(headers, "x-vercel-ip-continent");
    case "geo_country":
      return ({ headers }) => headerOf(headers, "x-vercel-ip-country");
    case "geo_country_region":
      return ({ headers }) => headerOf(headers, "x-vercel-ip-country-region");
    case "geo_city":
      return ({ headers }) => headerOf(headers, "x-vercel-ip-city");
    case "geo_as_number":
      return ({ headers }) => headerOf(headers, "x-vercel-ip-as-number");
    case "ja4_digest":
    case "ja3_digest":
      return ({ headers }) => headerOf(headers, `x-vercel-${type.slice(0, 3)}-digest`);
    default:
      return () => undefined;
  }
}

function operatorOf(op: string, value: string, values: string[]): (subject: string | undefined) => boolean {
  const pattern = op === "re" ? new RegExp(value) : undefined;
  const set = new Set(values);
  switch (op) {
    case "re":
      return (subject) => subject !== undefined && pattern?.test(subject) === true;
    case "eq":
      return (subject) => subject === value;
    case "neq":
      return (subject) => subject !== value;
    case "ex":
      return (subject) => subject !== undefined;
    case "nex":
      return (subject) => subject === undefined;
    case "inc":
      return (subject) => subject !== undefined && set.has(subject);
    case "ninc":
      return (subject) => subject === undefined || !set.has(subject);
    case "pre":
      return (subject) => subject?.startsWith(value) === true;
    case "suf":
      return (subject) => subject?.endsWith(value) === true;
    case "sub":
      return (subject) => subject?.includes(value) === true;
    case "gt":
      return (subject) => Number(subject) > Number(value);
    case "gte":
      return (subject) => Number(subject) >= Number(value);
    case "lt":
      return (subject) => Number(subject) < Number(value);
    case "lte":
      return (subject) => Number(subject) <= Number(value);
    default:
      return () => false;
  }
}

function texts(value: PropertyValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((element): element is string => typeof element === "string") : [];
}

function text(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "";
}
