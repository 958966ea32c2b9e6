import { judgeCsp, parseCsp } from "./csp.ts";

/** The two policies of the guides that this project grew from. */
const middleware =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' https://vercel.live; style-src 'self' 'unsafe-inline' https://fonts.googleapis.com; font-src 'self' https://fonts.gstatic.com; img-src 'self' data: https: blob:; connect-src 'self' https://*.supabase.co wss://*.supabase.co; frame-ancestors 'none'";
const nextConfig =
  "default-src 'self'; script-src 'self' 'unsafe-eval' 'unsafe-inline' https://js.stripe.com https://maps.googleapis.com; style-src 'self' 'unsafe-inline' https://fonts.googleapis.com; img-src 'self' blob: data: https:; font-src 'self' https://fonts.gstatic.com; connect-src 'self' https://*.supabase.co https://api.stripe.com wss://*.supabase.co; frame-src https://js.stripe.com; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; block-all-mixed-content; upgrade-insecure-requests;";

const hash = "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='";

const where = (policy: string) =>
  judgeCsp(policy).map(({ directive, source }) => [directive, source ?? "missing"].join(" "));

test("reads beside a hash and 'strict-dynamic' what browsers read", () => {
  const scripts = (sources: string) =>
    where(`default-src 'self'; script-src ${sources}`).filter((found) => found.startsWith("script-src"));
  expect(scripts(`'strict-dynamic' ${hash} https: 'unsafe-inline'`)).toEqual([]);
  expect(scripts(`${hash} https:`)).toEqual(["script-src https:"]);
  expect(scripts(`'strict-dynamic' ${hash} 'unsafe-eval'`)).toEqual(["script-src 'unsafe-eval'"]);
  expect(where(`default-src 'self'; style-src ${hash} 'unsafe-inline'`)).not.toContain("style-src 'unsafe-inline'");
});

test("flags the guide's middleware policy, with the reasons", () => {
  expect(where(middleware)).toEqual([
    "script-src 'unsafe-inline'",
    "script-src 'unsafe-eval'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "img-src https:",
    "connect-src https://*.supabase.co",
    "connect-src wss://*.supabase.co",
    "base-uri missing",
    "form-action missing",
    "report-to missing",
  ]);
});

test("flags the guide's Next.js policy, with the reasons", () => {
  expect(where(nextConfig)).toEqual([
    "script-src 'unsafe-inline'",
    "script-src https://maps.googleapis.com",
    "script-src 'unsafe-eval'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "img-src https:",
    "connect-src https://*.supabase.co",
    "connect-src wss://*.supabase.co",
    "report-to missing",
  ]);
});

test("flags nothing in a strict policy", () => {
  const strict = `default-src 'none'; script-src 'self' 'sha256-${"A".repeat(43)}='; style-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; report-to csp`;
  expect(judgeCsp(strict)).toEqual([]);
});

test("does not take a host under one's own domain for a shared one", () => {
  expect(
    where(
      "default-src 'self'; img-src https://*.shop.test; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; report-uri /r",
    ),
  ).toEqual([]);
});

test("reads directives as a browser does: without case, the first of two counts", () => {
  const directives = parseCsp("Default-Src 'self';;  IMG-SRC a b ; img-src c");
  expect([...directives]).toEqual([
    ["default-src", ["'self'"]],
    ["img-src", ["a", "b"]],
  ]);
});
