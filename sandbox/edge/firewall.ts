/** A project's firewall: addresses, own rules in order, managed rules. */
import { BlockList, isIPv6 } from "node:net";
import { isMap, type PropertyMap, type PropertyValue } from "../../engine/values.ts";
import { compileGroups, maps, type Test } from "./firewall-condition.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { managedRules } from "./managed-rules.ts";
import { cookiesOf, type EdgeRequest, type EdgeResponse, headerOf, respond } from "./request.ts";

export interface FirewallArgs {
  /** Inputs of `vercel:index/firewallConfig:FirewallConfig`; absent: no rules. */
  configuration?: PropertyMap | undefined;
  /** Inputs of `vercel:index/firewallBypass:FirewallBypass`. */
  bypasses?: PropertyMap[];
  /** Inputs of `vercel:index/attackChallengeMode:AttackChallengeMode`. */
  attackMode?: PropertyMap | undefined;
  /** Milliseconds. */
  now: () => number;
}

/** What the firewall answers in the app's place; `undefined` lets the request pass. */
export type Firewall = (request: EdgeRequest) => EdgeResponse | undefined;

interface Rule {
  name: string;
  matches: Test;
  action: string;
  durationMilliseconds: number;
  limit: { limiter: Limiter; keys: string[]; action: string } | undefined;
  redirect: { location: string; permanent: boolean } | undefined;
}

/** Set once the challenge is solved, which the local edge takes for done when the cookie is there. */
const CHALLENGE_COOKIE = "_vcrcs";

export function compileFirewall({ configuration, bypasses = [], attackMode, now }: FirewallArgs): Firewall {
  const enabled = configuration !== undefined && configuration.enabled !== false;
  const addresses = enabled ? addressRules(configuration) : [];
  const rules =
    enabled && isMap(configuration.rules)
      ? maps(configuration.rules.rules).flatMap((rule) => compileRule(rule, now))
      : [];
  const managed = enabled && isMap(configuration.managedRulesets) ? managedRules(configuration.managedRulesets) : [];
  const allowed = bypasses.map((bypass) => ({
    domain: text(bypass.domain),
    holds: addressTest(text(bypass.sourceIp)),
  }));
  /** Clients whom a rule with a duration keeps out, until when. */
  const banned = new Map<string, number>();

  return (request) => {
    if (allowed.some(({ domain, holds }) => (domain === "*" || domain === request.host) && holds(request.ip)))
      return undefined;
    for (const { hostname, holds, action } of addresses) {
      if ((hostname !== "*" && hostname !== request.host) || !holds(request.ip)) continue;
      if (action === "bypass") return undefined;
      const answer = simpleAnswer(action, request);
      if (answer) return answer;
    }
    const until = banned.get(request.ip);
    if (until !== undefined) {
      if (now() < until) return denied();
      banned.delete(request.ip);
    }
    if (attackMode?.enabled === true && now() < Number(attackMode.attackModeActiveUntil)) {
      const answer = challenged(request);
      if (answer) return answer;
    }
    for (const rule of rules) {
      if (!rule.matches(request)) continue;
      if (rule.action === "bypass") return undefined;
      const answer = answerOf(rule, request);
      if (!answer) continue;
      if (rule.durationMilliseconds > 0) banned.set(request.ip, now() + rule.durationMilliseconds);
      return answer;
    }
    for (const rule of managed) {
      if (!rule.matches(request)) continue;
      const answer = simpleAnswer(rule.action, request);
      if (answer) return answer;
    }
    return undefined;
  };
}

function answerOf(rule: Rule, request: EdgeRequest): EdgeResponse | undefined {
  if (rule.limit) {
    const { exceeded, retryAfterSeconds } = rule.limit.limiter.take(limitKey(rule.limit.keys, request));
    if (!exceeded || rule.limit.action === "bypass") return undefined;
    return rule.limit.action === "rate_limit" ? tooMany(retryAfterSeconds) : simpleAnswer(rule.limit.action, request);
  }
  if (rule.redirect) {
    return respond(rule.redirect.permanent ? 308 : 307, "Redirecting...\n", { Location: rule.redirect.location });
  }
  return simpleAnswer(rule.action, request);
}

function simpleAnswer(action: string, request: EdgeRequest): EdgeResponse | undefined {
  if (action === "deny") return denied();
  return action === "challenge" ? challenged(request) : undefined;
}

const denied = (): EdgeResponse => respond(403, "Forbidden\n", { "X-Vercel-Mitigated": "deny" });

const tooMany = (seconds: number): EdgeResponse =>
  respond(429, "Too Many Requests\n", { "Retry-After": String(seconds), "X-Vercel-Mitigated": "rate_limit" });

function challenged(request: EdgeRequest): EdgeResponse | undefined {
  if (cookiesOf(request.headers).has(CHALLENGE_COOKIE)) return undefined;
  return respond(403, "<!doctype html><title>Vercel Security Checkpoint</title>\n", {
    "Content-Type": "text/html; charset=utf-8",
    "X-Vercel-Mitigated": "challenge",
  });
}

function compileRule(rule: PropertyMap, now: () => number): Rule[] {
  if (rule.active === false || !isMap(rule.action)) return [];
  const { action, actionDuration, rateLimit, redirect } = rule.action;
  const kind = text(action);
  return [
    {
      name: text(rule.name),
      matches: compileGroups(rule.conditionGroups),
      action: kind,
      durationMilliseconds: duration(text(actionDuration)),
      limit:
        kind === "rate_limit" && isMap(rateLimit)
          ? {
              limiter: createLimiter(text(rateLimit.algo), Number(rateLimit.limit), Number(rateLimit.window), now),
              keys: Array.isArray(rateLimit.keys) ? rateLimit.keys.map(String) : ["ip"],
              action: text(rateLimit.action),
            }
          : undefined,
      redirect:
        kind === "redirect" && isMap(redirect)
          ? { location: text(redirect.location), permanent: redirect.permanent === true }
          : undefined,
    },
  ];
}

function limitKey(keys: string[], request: EdgeRequest): string {
  if (keys.length === 1 && keys[0] === "ip") return request.ip;
  return keys
    .map((key) => (key === "ip" ? request.ip : (headerOf(request.headers, key.replace(/^header:/, "")) ?? "")))
    .join("\0");
}

function addressRules(
  configuration: PropertyMap,
): { hostname: string; holds: (ip: string) => boolean; action: string }[] {
  if (!isMap(configuration.ipRules)) return [];
  return maps(configuration.ipRules.rules).map((rule) => ({
    hostname: text(rule.hostname),
    holds: addressTest(text(rule.ip)),
    action: text(rule.action),
  }));
}

/** An address, or a range such as `10.0.0.0/8`. */
function addressTest(range: string): (ip: string) => boolean {
  const [address = "", prefix] = range.split("/");
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const list = new BlockList();
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
  return (ip) => list.check(ip, isIPv6(ip) ? "ipv6" : "ipv4");
}

/** `1h`, `30m`, `10s`; 0 for none. */
function duration(written: string): number {
  const [, amount, unit] = /^(\d+)([smhd])$/.exec(written) ?? [];
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit ?? "s"] ?? 0;
  return Number(amount ?? 0) * seconds * 1000;
}

function text(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "";
}
