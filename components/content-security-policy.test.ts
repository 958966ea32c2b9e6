import { type ContentSecurityPolicyArgs, contentSecurityPolicy } from "./content-security-policy.ts";
import { securityHeaders } from "./security-headers.ts";

const everything: ContentSecurityPolicyArgs = {
  services: ["stripe", "maps", "fonts", "supabase"],
  supabaseUrl: "https://abcdefghijklmnopqrst.supabase.co",
};

function directives(args: ContentSecurityPolicyArgs): Record<string, string[]> {
  return Object.fromEntries(
    contentSecurityPolicy(args)
      .split("; ")
      .map((directive) => directive.split(" "))
      .map(([name = "", ...sources]) => [name, sources]),
  );
}

test("allows what the app uses and nothing else", () => {
  expect(directives({ services: [] })).toEqual({
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "blob:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "frame-src": ["'none'"],
    "worker-src": ["'self'", "blob:"],
    "manifest-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "upgrade-insecure-requests": [],
    "report-uri": ["/api/csp-report"],
    "report-to": ["csp"],
  });
});

test("opens Stripe, maps, fonts and the app's own Supabase project where they are used", () => {
  const policy = directives(everything);
  expect(policy["script-src"]).toEqual([
    "'self'",
    "https://js.stripe.com",
    "https://maps.googleapis.com/maps/api/js",
    "https://maps.googleapis.com/maps-api-v3/",
  ]);
  expect(policy["connect-src"]).toContain("https://abcdefghijklmnopqrst.supabase.co");
  expect(policy["connect-src"]).toContain("wss://abcdefghijklmnopqrst.supabase.co");
  expect(policy["frame-src"]).toEqual(["https://js.stripe.com", "https://hooks.stripe.com"]);
  expect(policy["font-src"]).toEqual(["'self'", "https://fonts.gstatic.com"]);
});

test("never holds what makes a policy void", () => {
  const text = contentSecurityPolicy({ ...everything, services: [...everything.services, "vercel-live"] });
  expect(text).not.toMatch(/unsafe-inline|unsafe-eval|\*|data:|https:(?: |;|$)|http:(?: |;|$)/);
});

test("allows eval only where development asks for it", () => {
  expect(contentSecurityPolicy({ services: [], allowEval: true })).toContain("script-src 'self' 'unsafe-eval';");
});

test("leaves plain http alone where nothing else is served", () => {
  expect(contentSecurityPolicy({ services: [], upgradeInsecureRequests: false })).not.toContain("upgrade-insecure");
});

test("names a source once, however many services need it", () => {
  const connect = directives({ services: ["maps", "maps"] })["connect-src"];
  expect(connect).toEqual(["'self'", "https://maps.googleapis.com"]);
});

test.each([undefined, "abc.supabase.co"])("refuses Supabase without the project's own URL: %s", (supabaseUrl) => {
  const args = { services: ["supabase"] as const, ...(supabaseUrl === undefined ? {} : { supabaseUrl }) };
  expect(() => contentSecurityPolicy(args)).toThrow(/supabaseUrl.*is missing or no URL/);
});

test("sends the guides' security headers with every answer", () => {
  expect(securityHeaders({ contentSecurityPolicy: { services: [], reportPath: "/api/r" } })).toEqual({
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "Content-Security-Policy": contentSecurityPolicy({ services: [], reportPath: "/api/r" }),
    "Reporting-Endpoints": 'csp="/api/r"',
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-XSS-Protection": "1; mode=block",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-site",
  });
});

test("does not pin https on a name that this machine serves", () => {
  const headers = securityHeaders({ strictTransport: false, contentSecurityPolicy: { services: [] } });
  expect(Object.keys(headers)).not.toContain("Strict-Transport-Security");
});
