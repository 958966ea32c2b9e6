import { isCovered, isIdentifier, isPublicName, isSecretName, secretIn } from "./secrets.ts";

// Put together here, so that no scanner takes the tests for leaks.
const secrets: Record<string, string> = {
  "an AWS access key": `AKIA${"Z".repeat(16)}`,
  "a GitHub token": `ghp_${"a1".repeat(18)}`,
  "a Slack webhook": `https://hooks.slack.com/services/T${"A".repeat(8)}/B${"A".repeat(8)}/${"a".repeat(24)}`,
  "a Stripe secret key": `sk_live_${"a1".repeat(12)}`,
  "a Vercel token": `vcp_${"a1".repeat(12)}`,
  "a PagerDuty integration key": `https://events.pagerduty.com/integration/${"a1".repeat(16)}/enqueue`,
  "a private key": ["-----BEGIN", "RSA PRIVATE KEY-----"].join(" "),
  "a password in an address": `postgres://app:${"s3cr3t"}@db:5432/shop`,
};

test.each(Object.entries(secrets))("knows %s", (kind, value) => {
  expect(secretIn(value)).toBe(kind);
});

test("looks into JSON and base64, three layers deep", () => {
  const hidden = (depth: number, value = secrets["an AWS access key"] ?? ""): string =>
    depth === 0 ? value : hidden(depth - 1, Buffer.from(`key=${value}`).toString("base64"));
  expect(secretIn(hidden(1))).toBe("an AWS access key in base64");
  expect(secretIn(JSON.stringify({ a: [hidden(1)] }))).toBe("an AWS access key in base64 in JSON");
  expect(secretIn(hidden(5))).toBeUndefined();
});

test.each([
  "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/production/DATABASE_PASSWORD-a1B2c3",
  "https://shop.test/login?next=/account",
  "shop-production-database",
  "postgres://app@db/shop",
  "123456789012",
  "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  "max-age=31536000; includeSubDomains; preload",
])("leaves %s alone", (value) => {
  expect(secretIn(value)).toBeUndefined();
});

test("says nothing that holds the secret itself", () => {
  for (const value of Object.values(secrets)) expect(secretIn(value)).not.toContain(value);
});

test.each(["password", "authToken", "API_KEY", "stripe-secret-key", "SUPABASE_SERVICE_ROLE_KEY", "db.password"])(
  "takes %s for a secret's name",
  (name) => {
    expect(isSecretName(name)).toBe(true);
  },
);

test.each([
  "secretArn",
  "tokenLength",
  "authTokenUpdateStrategy",
  "passwordPolicyName",
  "keyId",
  "tokens_url",
  "author",
])("takes %s for no secret's name", (name) => {
  expect(isSecretName(name)).toBe(false);
});

test("knows what lies in a secret", () => {
  const paths = new Set(["variables", "a.b"]);
  expect(["variables[0].value", "a.b", "a.b.c"].every((path) => isCovered(path, paths))).toBe(true);
  expect(isCovered("a.bc", paths)).toBe(false);
});

test("knows the prefixes that put a variable into the browser", () => {
  expect(["NEXT_PUBLIC_A", "VITE_A", "A"].map(isPublicName)).toEqual([true, true, false]);
});

test("takes names of references for identifiers, and names of secrets never", () => {
  const names = ["projectId", "alarmActions", "kmsKeyArn", "role", "securityGroups", "LoadBalancer", "queueUrl"];
  expect(names.filter((name) => !isIdentifier(name))).toEqual([]);
  const others = ["apiKey", "apiKeys", "value", "policy", "url", "endpoint", "containerDefinitions", "records"];
  expect(others.filter(isIdentifier)).toEqual([]);
});

test("a long word is judged at once: a pattern that tries every way to divide its letters would never end", () => {
  expect(secretIn(`${"a".repeat(5_000)}!`)).toBeUndefined();
});
