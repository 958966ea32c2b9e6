/**
 * What a secret looks like. Known formats first, then whatever is random under a name that promises a secret; also
 * inside JSON and base64, where secrets like to hide.
 */
import { leaves } from "./properties.ts";

const FORMATS: readonly (readonly [string, RegExp])[] = [
  ["an AWS access key", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{50,})/],
  ["a Slack token", /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ["a Slack webhook", /hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{16,}/],
  ["a Stripe secret key", /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/],
  ["a Stripe webhook secret", /\bwhsec_[A-Za-z0-9+/]{24,}/],
  ["a Google API key", /\bAIza[\w-]{35}\b/],
  ["a SendGrid key", /\bSG\.[\w-]{16,}\.[\w-]{16,}/],
  ["a Resend key", /\bre_[A-Za-z0-9]{8,}_[A-Za-z0-9]{16,}/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/],
  ["a Vercel token", /\bvc[a-z]_[A-Za-z0-9]{24,}/],
  ["a Pulumi token", /\bpul-[0-9a-f]{40}\b/],
  ["an OpenAI or Anthropic key", /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}/],
  ["a PagerDuty integration key", /events\.(?:eu\.)?pagerduty\.com\/(?:integration|x-ere)\/\w{24,}/],
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ["an age identity", /\bAGE-SECRET-KEY-1[0-9A-Z]{58}/],
  ["a signed token", /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/],
  ["a password in an address", /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:(?!\*+@|\$\{|<)[^\s:/@]{3,}@/i],
];

const SECRET_NAME =
  /(?:^|[_.-])(?:secret|passw(?:or)?d|pwd|token|credentials?|private_?key|api_?key|access_?key|signing_?key|encryption_?key|service_role_?key|auth_?key|webhook_?secret|connection_?string|dsn_?secret)(?:$|[_.-])/;
/** Under these names people write what they chose themselves, which is neither long nor random. */
const PASSWORD_NAME = /(?:^|[_.-])(?:passw(?:or)?d|pwd)$/;
/** Names that end so speak about a secret and are none. */
const ABOUT_A_SECRET =
  /(?:_|^)(?:arn|id|ids|name|names|prefix|suffix|length|version|url|uri|path|strategy|pattern|ttl|days|expiry|expires|expires_in|rotation|enabled|disabled|required|count|type|file|audience|issuer|endpoint|host|region|algorithm|provider|scopes?|header|policy|source|seconds|minutes|hours|lifetime|duration|limit|size|timeout|mode|kind)$/;
/** Names of properties that refer to another resource, one or several. */
const IDENTIFIER =
  /(?:^|_)(?:action|address|arn|arn_list|balancer|bucket|cluster|database|domain|fqdn|group|host|id|identifier|listener_rule|log_destination|name|owner|port|project|queue_url|role|schema|subnet|task_definition|topic|version|zone)(?:s|es)?$|(?:^|_)(?:key|repository|repositories)$/;
const DEPTH = 3;

/** There are few names; long ones are texts that somebody took for names. */
const secretNames = new Map<string, boolean>();
const LONGEST_NAME = 60;

/** `authToken`, `AUTH_TOKEN`, `auth-token` and `db.authToken`, but not `secretArn` or `tokenLength`. */
export function isSecretName(name: string): boolean {
  const known = secretNames.get(name);
  if (known !== undefined) return known;
  const snake = snakeCase(name);
  const isSecret = SECRET_NAME.test(snake) && !ABOUT_A_SECRET.test(snake);
  if (name.length <= LONGEST_NAME && secretNames.size < MOST_JUDGED) secretNames.set(name, isSecret);
  return isSecret;
}

/** Whether a property's name says that it holds another resource's id, name or address. */
export const isIdentifier = (name: string): boolean => IDENTIFIER.test(snakeCase(name)) && !isSecretName(name);

const snakeCase = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

/** What every known format begins with or contains: one look spares an ordinary text all of them. */
const HINT =
  /AKIA|ASIA|gh[pousr]_|github_pat_|xox|hooks\.slack|[rs]k_|whsec_|AIza|SG\.|\bre_|npm_|\bvc[a-z]_|pul-|sk-|pagerduty|PRIVATE KEY|AGE-SECRET|eyJ|:\/\/[^\s/]*@/;

/** The same tags, names and regions stand in hundreds of resources. Texts that are long or many are judged each time. */
const judged = new Map<string, string | undefined>();
const MOST_JUDGED = 20_000;
const LONGEST_JUDGED = 200;

/** No known format, no random value and no JSON that holds one is shorter. */
const SHORTEST = 9;

/** What kind of secret a text is or holds; `undefined` for an ordinary one. Never contains the secret. */
export function secretIn(value: string, key = ""): string | undefined {
  if (value.length < SHORTEST) return undefined;
  if (value.length > LONGEST_JUDGED) return judge(value, key, 0);
  const about = `${key}\n${value}`;
  if (judged.has(about)) return judged.get(about);
  const kind = judge(value, key, 0);
  if (judged.size < MOST_JUDGED) judged.set(about, kind);
  return kind;
}

function judge(value: string, key: string, depth: number): string | undefined {
  const known = HINT.test(value) ? FORMATS.find(([, pattern]) => pattern.test(value)) : undefined;
  if (known !== undefined) return known[0];
  if (isSecretName(key)) {
    if (looksRandom(value)) return `a random value under the name ${key}`;
    if (PASSWORD_NAME.test(snakeCase(key)) && isChosenPassword(value)) return `a password under the name ${key}`;
  }
  if (depth >= DEPTH) return undefined;
  return secretInJson(value, depth) ?? secretInBase64(value, key, depth);
}

function secretInJson(value: string, depth: number): string | undefined {
  if (!/^\s*[[{"]/.test(value)) return undefined;
  try {
    for (const leaf of leaves(JSON.parse(value))) {
      const found = typeof leaf.value === "string" ? judge(leaf.value, leaf.key, depth + 1) : undefined;
      if (found !== undefined) return `${found} in JSON`;
    }
  } catch {
    // Not JSON after all; the text itself was judged before.
  }
  return undefined;
}

function secretInBase64(value: string, key: string, depth: number): string | undefined {
  if (value.length < 16 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return undefined;
  const decoded = Buffer.from(value, "base64").toString("utf8");
  if (!/^[\s!-~]{8,}$/.test(decoded)) return undefined;
  const found = judge(decoded, key, depth + 1);
  return found === undefined ? undefined : `${found} in base64`;
}

/** Long, without blanks, mixed, and with the entropy of chance: no word, address, path or name. */
function looksRandom(value: string): boolean {
  if (
    value.length < 16 ||
    /\s/.test(value) ||
    /^(arn:|https?:\/\/|\/|\.\/|\$\{|<|placeholder|example|change-?me)/i.test(value)
  )
    return false;
  if (/^[a-z]+(?:[-_./][a-z]+)*[-_./]?$/i.test(value)) return false;
  return /\d/.test(value) && /[a-z]/i.test(value) && entropyBits(value) >= 3;
}

/** Letters and digits in one word: names of secrets and references have hyphens, underscores, dots or slashes. */
const isChosenPassword = (value: string): boolean =>
  /^[A-Za-z0-9!@#%^&*+=?~]{9,64}$/.test(value) &&
  /\d/.test(value) &&
  /[a-z]/i.test(value) &&
  !/^(placeholder|example)/i.test(value);

/** Shannon's, bits a character. */
function entropyBits(value: string): number {
  const counts = [...Map.groupBy(value, (character) => character).values()].map((same) => same.length / value.length);
  return -counts.reduce((sum, share) => sum + share * Math.log2(share), 0);
}

/** Whether a path (`a.b[0]`) lies in something secret. */
export const isCovered = (path: string, secrets: ReadonlySet<string>): boolean =>
  [...secrets].some((secret) => path === secret || path.startsWith(`${secret}.`) || path.startsWith(`${secret}[`));

/** Prefixes by which a build puts a variable into the browser's bundle. */
export const isPublicName = (key: string): boolean =>
  /^(NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|GATSBY|EXPO_PUBLIC)_/.test(key);

/** Keys of services that are made to stand in a browser: they name an account and open nothing. */
export const PUBLIC_BY_DESIGN =
  "ANON_KEY|PUBLISHABLE|PUBLIC_KEY|SITE_KEY|MAPS_API_KEY|FIREBASE_API_KEY|SEARCH(_ONLY)?_(API_)?KEY|CLIENT_TOKEN|_DSN$|MAPBOX|POSTHOG|MIXPANEL|AMPLITUDE|SEGMENT_WRITE_KEY";

/** What such a key may look like; an AWS key under its name is a leak all the same. */
export const mayBePublic = (kind: string): boolean => /signed token|Google API key|random value/.test(kind);
