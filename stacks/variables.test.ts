import { publicEnvironment } from "./application-environment/public.ts";
import { serverEnvironment } from "./application-environment/server.ts";
import { tiers } from "./environment/fields.ts";
import { exampleOf, operatorSecrets, operatorSettings, placeholderOf, variables, variablesOf } from "./variables.ts";

const named = (name: string) => {
  const variable = variables.find((candidate) => candidate.name === name);
  if (variable === undefined) throw new Error(`${name} is not in the catalogue`);
  return variable;
};

/** Every variable that the guides name for one of the products. */
const fromTheGuides = [
  ..."NODE_ENV NEXT_PUBLIC_APP_ENV NEXT_PUBLIC_VERCEL_ENV NEXT_PUBLIC_SUPABASE_URL NEXT_PUBLIC_SUPABASE_ANON_KEY".split(
    " ",
  ),
  ..."SUPABASE_SERVICE_ROLE_KEY SUPABASE_URL DATABASE_URL ANTHROPIC_API_KEY OPENAI_API_KEY VOYAGE_API_KEY".split(" "),
  ..."VOYAGE_AI_API_KEY V0_API_TOKEN STRIPE_SECRET_KEY STRIPE_PUBLISHABLE_KEY STRIPE_WEBHOOK_SECRET".split(" "),
  ..."SENDGRID_API_KEY RESEND_API_KEY NEXTAUTH_SECRET NEXTAUTH_URL SENTRY_DSN DATADOG_API_KEY".split(" "),
  ..."NEW_RELIC_LICENSE_KEY NEXT_PUBLIC_CDN_URL REDIS_URL JWT_SECRET NEXT_PUBLIC_THORBIS_ORIGIN LOG_LEVEL".split(" "),
  ..."NEXT_PUBLIC_MAPS_API_KEY ENABLE_DEBUG_LOGS BULLMQ_QUEUE BULLMQ_PREFIX WORKER_CONCURRENCY".split(" "),
  ..."WORKER_MAX_ATTEMPTS WORKER_BACKOFF_MS WORKER_DLQ_ENABLED WORKER_DLQ_NAME EMAIL_ENABLED SMTP_HOST".split(" "),
  ..."SMTP_PORT SMTP_USER SMTP_PASSWORD SMTP_FROM STORAGE_BASE_URL RATE_LIMIT_ENABLED".split(" "),
  ..."RATE_LIMIT_WINDOW_MS RATE_LIMIT_MAX_REQUESTS RATE_LIMIT_DISABLED_ROUTES SPAM_GUARD_ENABLED".split(" "),
  ..."SPAM_GUARD_COOLDOWN_MS ATTACH_ALLOWED_MIME ATTACH_MAX_BYTES SLA_REMINDER_LEAD_MINUTES".split(" "),
];

test("knows every variable of the guides", () => {
  const names = new Set(variables.map(({ name }) => name));
  expect(fromTheGuides.filter((name) => !names.has(name))).toEqual([]);
});

test("names each variable once", () => {
  expect(new Set(variables.map(({ name }) => name)).size).toBe(variables.length);
});

test.each(tiers)("has an example and a placeholder in %s that satisfy their formats", (tier) => {
  for (const variable of variables) {
    for (const value of [exampleOf(variable, tier), placeholderOf(variable, tier)]) {
      expect([variable.name, variable.format.accepts(value, tier)]).toEqual([variable.name, true]);
    }
  }
});

test("a public name never carries a secret, and nothing but a public name is public", () => {
  for (const { name, exposure } of variables) {
    expect([name, exposure === "public"]).toEqual([name, name.startsWith("NEXT_PUBLIC_")]);
  }
});

test("tells test keys from live ones, by tier", () => {
  const { format } = named("STRIPE_SECRET_KEY");
  const live = "sk_live_0123456789abcdef";
  const test = "sk_test_0123456789abcdef";
  expect(tiers.map((tier) => [format.accepts(test, tier), format.accepts(live, tier)])).toEqual([
    [true, false],
    [true, false],
    [false, true],
  ]);
});

test.each([
  ["DATABASE_URL", "postgresql://a:b@db:5432/helpdesk", "postgresql://a:b@db:5432/helpdesk?sslmode=require"],
  ["REDIS_URL", "redis://cache:6379", "rediss://cache:6379"],
  ["NEXTAUTH_URL", "http://thorbis.com", "https://thorbis.com"],
  ["NEXTAUTH_SECRET", "a".repeat(31), "a".repeat(32)],
  ["JWT_SECRET", "a".repeat(31), "a".repeat(32)],
  ["STRIPE_WEBHOOK_SECRET", "secret_0123456789abcdef", "whsec_0123456789abcdef"],
  ["ANTHROPIC_API_KEY", "sk-0123456789abcdefghij", "sk-ant-0123456789abcdef"],
  ["VOYAGE_API_KEY", "voyage-0123456789abcdef", "pa-0123456789abcdefghij"],
  ["SUPABASE_SERVICE_ROLE_KEY", "short", "a".repeat(20)],
  ["NEXT_PUBLIC_SUPABASE_ANON_KEY", "short", "a".repeat(20)],
])("%s refuses %s in production and accepts %s", (name, wrong, right) => {
  const { format } = named(name);
  expect([format.accepts(wrong, "production"), format.accepts(right, "production")]).toEqual([false, true]);
});

test("HelpDesk's limits are the guide's defaults in development", () => {
  expect(variablesOf("helpdesk-worker", "development").map(({ name }) => name)).toEqual(
    expect.arrayContaining(["WORKER_CONCURRENCY", "ATTACH_MAX_BYTES", "SMTP_HOST", "DATABASE_URL", "REDIS_URL"]),
  );
});

test("asks people for secrets as secrets and for the rest in the stack file", () => {
  const secrets = operatorSecrets("production").map(({ name }) => name);
  const settings = operatorSettings("production").map(({ name }) => name);
  expect(secrets).toContain("STRIPE_SECRET_KEY");
  expect(settings).toContain("SENTRY_DSN");
  expect(secrets.filter((name) => settings.includes(name))).toEqual([]);
});

describe("the schema that apps import", () => {
  const right = (receiver: "hs" | "helpdesk-web") =>
    Object.fromEntries(
      variablesOf(receiver, "production").map((variable) => [variable.name, exampleOf(variable, "production")]),
    );

  test("accepts a complete environment, on the server and in the browser", () => {
    expect(serverEnvironment("hs", "production").safeParse(right("hs")).success).toBe(true);
    expect(serverEnvironment("helpdesk-web", "production").safeParse(right("helpdesk-web")).success).toBe(true);
    expect(publicEnvironment("hs", "production").safeParse(right("hs")).success).toBe(true);
  });

  test("the public part names no secret", () => {
    expect(
      Object.keys(publicEnvironment("hs", "production").shape).every((name) => name.startsWith("NEXT_PUBLIC_")),
    ).toBe(true);
  });

  test("the server's part leaves pages' variables alone", () => {
    expect(Object.keys(serverEnvironment("hs", "production").shape)).not.toContain("NEXT_PUBLIC_APP_ENV");
  });

  test("names what is missing and what is wrong, all at once, and repeats no value", () => {
    const { DATABASE_URL: _, ...incomplete } = right("hs");
    const parsed = serverEnvironment("hs", "production").safeParse({
      ...incomplete,
      STRIPE_SECRET_KEY: "sk_test_sentinel_0123456789",
    });
    const messages = parsed.error?.issues.map(({ message }) => message) ?? [];
    expect(messages).toEqual([
      "DATABASE_URL is missing",
      expect.stringMatching(/^STRIPE_SECRET_KEY must be a key that begins with sk_live_/),
    ]);
    expect(JSON.stringify(parsed.error)).not.toContain("sentinel");
  });

  test("lets optional variables be absent", () => {
    const { OPENAI_API_KEY: _, ...without } = right("hs");
    expect(serverEnvironment("hs", "production").safeParse(without).success).toBe(true);
  });
});
