/**
 * A small stand-in for the managed rulesets: enough of each category that one sees which requests the declared
 * configuration would refuse. The real rules are Vercel's own and far larger.
 */
import { isMap, type PropertyMap } from "../../engine/values.ts";
import { type EdgeRequest, headerOf } from "./request.ts";

const CATEGORIES: Record<string, RegExp> = {
  sqli: /(?:\bunion\b[\s\S]{1,40}\bselect\b|'\s*or\s+'?1'?\s*=\s*'?1|;\s*drop\s+table\b|\bsleep\(\d+\))/i,
  xss: /(?:<script\b|javascript:|\bonerror\s*=|<svg\b[^>]*\bonload\b)/i,
  lfi: /(?:\.\.[/\\]|\/etc\/(?:passwd|shadow)|\/proc\/self\/)/i,
  rfi: /[?&=](?:https?|ftp):\/\/\d{1,3}(?:\.\d{1,3}){3}\//i,
  rce: /(?:;\s*(?:cat|curl|wget|nc|bash)\s|\$\(\w+|`\w+`|\/bin\/(?:ba)?sh\b)/i,
  php: /(?:<\?php|php:\/\/(?:input|filter))/i,
  java: /(?:\$\{jndi:|java\.lang\.Runtime)/i,
  gen: /(?:\{\{.*\}\}|%00)/,
  sd: /(?:\bsqlmap\b|\bnikto\b|\bnessus\b|\bmasscan\b)/i,
  sf: /[?&;]PHPSESSID=/i,
  ma: /\.(?:jsp|asp|aspx|cgi)\/.*\.(?:jsp|asp|aspx|cgi)/i,
};

const AI_AGENTS =
  /(?:GPTBot|ChatGPT-User|OAI-SearchBot|ClaudeBot|anthropic-ai|CCBot|Bytespider|PerplexityBot|Google-Extended)/i;
const AUTOMATED = /(?:^$|\bbot\b|crawler|spider|^curl\/|^wget\/|^python-|^node$|^undici|^Go-http-client|headless)/i;

export interface ManagedRule {
  name: string;
  action: string;
  matches(request: EdgeRequest): boolean;
}

/** The active rules; `rulesets` is the `managedRulesets` of a firewall configuration. */
export function managedRules(rulesets: PropertyMap): ManagedRule[] {
  const rules: ManagedRule[] = [];
  const add = (name: string, setting: PropertyMap, matches: ManagedRule["matches"]) => {
    if (setting.active === true) rules.push({ name, action: String(setting.action ?? "log"), matches });
  };
  const agent = ({ headers }: EdgeRequest) => headerOf(headers, "user-agent") ?? "";
  if (isMap(rulesets.owasp)) {
    for (const [category, setting] of Object.entries(rulesets.owasp)) {
      const pattern = CATEGORIES[category];
      if (pattern && isMap(setting))
        add(
          `owasp.${category}`,
          setting,
          (request) => pattern.test(readable(request)) || (category === "sd" && pattern.test(agent(request))),
        );
    }
  }
  if (isMap(rulesets.aiBots)) add("aiBots", rulesets.aiBots, (request) => AI_AGENTS.test(agent(request)));
  for (const name of ["botProtection", "botFilter"]) {
    const setting = rulesets[name];
    if (isMap(setting)) add(name, setting, (request) => AUTOMATED.test(agent(request)));
  }
  return rules;
}

/** Path and query as an application would read them. */
function readable({ path, query }: EdgeRequest): string {
  const whole = query.size > 0 ? `${path}?${query}` : path;
  if (!whole.includes("%") && !whole.includes("+")) return whole;
  try {
    return decodeURIComponent(whole.replaceAll("+", " "));
  } catch {
    // Broken encoding is itself a sign; the raw text is judged.
    return whole;
  }
}
