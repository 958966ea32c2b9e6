import { type ContentSecurityPolicyArgs, contentSecurityPolicy, cspReportGroup } from "./content-security-policy.ts";

export interface SecurityHeadersArgs {
  readonly contentSecurityPolicy: ContentSecurityPolicyArgs;
  /**
   * Whether browsers are told to use https only, for a year, subdomains included.
   * Not on a name that this machine serves: the browser would refuse every other local server of that name.
   * @default true
   */
  readonly strictTransport?: boolean;
}

/** The headers of every answer of an app. Sources: the security guide's middleware, and MDN's HTTP Observatory. */
export function securityHeaders(args: SecurityHeadersArgs): Readonly<Record<string, string>> {
  const reportPath = args.contentSecurityPolicy.reportPath ?? "/api/csp-report";
  return {
    ...((args.strictTransport ?? true)
      ? { "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload" }
      : {}),
    "Content-Security-Policy": contentSecurityPolicy(args.contentSecurityPolicy),
    "Reporting-Endpoints": `${cspReportGroup}="${reportPath}"`,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-XSS-Protection": "1; mode=block",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    // Popups stay possible: Stripe's 3-D Secure opens one.
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    // The marketing domain shows the other apps' assets, which lie on subdomains of its own.
    "Cross-Origin-Resource-Policy": "same-site",
  };
}
