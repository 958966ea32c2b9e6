import { environmentOf, set } from "../testing/stack-files.ts";
import { type Environment, parseEnvironment } from "./environment.ts";
import { ConfigurationError, nearest } from "./problem.ts";

/** The seeds' values, which no pull request changes by accident. */
const fromTheGuides = {
  development: {
    domain: "localhost:3000",
    poolSize: 5,
    readReplicas: 0,
    tls: false,
    apis: { requestsPerMinute: 1000, timeoutSeconds: 30, retries: 3 },
    cdn: { enabled: false, cacheSeconds: 0 },
    monitoring: { enabled: false, realTimeAlerts: false, logLevel: "debug" },
    security: { strictMode: false, developerTools: true, waf: false, ddosProtection: false },
  },
  staging: {
    domain: "staging.thorbis.com",
    poolSize: 20,
    readReplicas: 0,
    tls: true,
    apis: { requestsPerMinute: 5000, timeoutSeconds: 10, retries: 2 },
    cdn: { enabled: true, cacheSeconds: 3600 },
    monitoring: { enabled: true, realTimeAlerts: false, logLevel: "info" },
    security: { strictMode: true, developerTools: false, waf: false, ddosProtection: false },
  },
  production: {
    domain: "thorbis.com",
    poolSize: 50,
    readReplicas: 3,
    tls: true,
    apis: { requestsPerMinute: 10_000, timeoutSeconds: 5, retries: 3 },
    cdn: { enabled: true, cacheSeconds: 86_400 },
    monitoring: { enabled: true, realTimeAlerts: true, logLevel: "warn" },
    security: { strictMode: true, developerTools: false, waf: true, ddosProtection: true },
  },
} as const;

const parse = (stack: keyof typeof fromTheGuides): Environment => parseEnvironment(environmentOf(stack), stack);

test.each(["development", "staging", "production"] as const)("%s holds the guides' values", (stack) => {
  const { apis, cdn, database, domain, monitoring, security } = parse(stack);
  const { poolSize, readReplicas, tls } = database;
  expect({ domain, poolSize, readReplicas, tls, apis, cdn, monitoring, security }).toMatchObject(fromTheGuides[stack]);
});

test("is frozen to its last list", () => {
  const environment = parse("production");
  const frozen = (value: unknown): boolean =>
    typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
  expect(frozen(environment)).toBe(true);
});

test("names the file and counts the mistakes, and ends with the code for wrong configuration", () => {
  const wrong = set(set(environmentOf("production"), "database.poolSize", 0), "apis.retries", 99);
  const refusal = () => parseEnvironment(wrong, "production");
  expect(refusal).toThrow(ConfigurationError);
  expect(refusal).toThrow(/^Pulumi\.production\.yaml: 2 mistakes\n/);
  expect(refusal).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test("another environment is another file: a fourth one needs no change of code", () => {
  const fourth = environmentOf("staging");
  set(fourth, "name", "demo");
  set(fourth, "domain", "demo.thorbis.com");
  for (const app of ["site", "hs", "rest", "auto", "ret"]) {
    const host = app === "site" ? "demo.thorbis.com" : `${app}.demo.thorbis.com`;
    set(fourth, `apps.${app}`, { domains: [host], redirects: [] });
  }
  set(fourth, "helpdesk.domain", "help.demo.thorbis.com");
  expect(parseEnvironment(fourth, "demo").name).toBe("demo");
});

test.each([
  ["databse", "database"],
  ["poolsize", "poolSize"],
  ["nonsense", undefined],
])("for %s suggests %s", (given, expected) => {
  expect(nearest(given, ["database", "poolSize", "redis"])).toBe(expected);
});
