import { type Modifier, score, strictTransport } from "./observatory.ts";
import { liveHeaders } from "./routes.ts";

const of = (headers: Record<string, string>) => score(liveHeaders(Object.entries(headers)));
const points = (headers: Record<string, string>, name: Modifier["test"]) =>
  of(headers).modifiers.find(({ test: found }) => found === name)?.points;
const csp = (policy: string) => points({ "Content-Security-Policy": policy }, "csp");
const hsts = (value: string) => points({ "Strict-Transport-Security": value }, "hsts");

test("gives a bare site 30 points and a D", () => {
  expect(of({})).toMatchObject({ points: 30, grade: "D" });
});

test("counts bonuses only from 90 points on", () => {
  expect(of({ "Referrer-Policy": "no-referrer" }).points).toBe(30);
});

test("gives the best site more than 100 points", () => {
  const best = of({
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  });
  expect(best).toMatchObject({ points: 145, grade: "A+" });
});

test.each([
  ["default-src 'none'", 10],
  ["default-src 'none'; script-src 'strict-dynamic' 'nonce-abc' https: 'unsafe-inline'", 10],
  ["default-src 'self'; object-src 'none'; script-src 'strict-dynamic' https:", -20],
  ["default-src 'self'; object-src 'none'", 5],
  ["default-src 'self'; style-src 'unsafe-inline'", 0],
  ["default-src 'self' 'unsafe-eval'", -10],
  ["default-src 'self' 'unsafe-inline'", -20],
  ["default-src https:", -20],
  ["default-src 'self'; img-src http://x.test", -20],
  ["img-src 'self'", -20],
] as const)("scores the policy %s", (policy, expected) => {
  expect(csp(policy)).toBe(expected);
});

test("gives a policy that only reports no more than none", () => {
  expect(points({ "Content-Security-Policy-Report-Only": "default-src 'none'" }, "csp")).toBe(-25);
});

test.each([
  ["max-age=31536000; includeSubDomains; preload", 5],
  ["max-age=31536000", 0],
  ["max-age=1000", -10],
  ["includeSubDomains", -20],
] as const)("scores Strict-Transport-Security %s", (value, expected) => {
  expect(hsts(value)).toBe(expected);
});

test("scores the other headers by the table", () => {
  expect(points({ "X-Frame-Options": "deny" }, "frame-options")).toBe(0);
  expect(points({ "X-Frame-Options": "ALLOWALL" }, "frame-options")).toBe(-20);
  expect(points({ "Content-Security-Policy": "frame-ancestors 'self'" }, "frame-options")).toBe(5);
  expect(points({ "Referrer-Policy": "unsafe-url" }, "referrer-policy")).toBe(-5);
  expect(points({ "Cross-Origin-Resource-Policy": "anything" }, "resource-policy")).toBe(-5);
  expect(points({ "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true" }, "cors")).toBe(-50);
});

test("reads Strict-Transport-Security with quotes and in any order", () => {
  expect(strictTransport('preload; MAX-AGE="10"')).toEqual({
    maxAgeSeconds: 10,
    includeSubDomains: false,
    preload: true,
  });
  expect(strictTransport("max-age=soon")).toBeUndefined();
});
