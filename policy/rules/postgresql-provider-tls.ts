import { pci } from "../frameworks.ts";
import { text } from "../properties.ts";
import { stackRule } from "../rule.ts";

export const postgresqlProviderTls = stackRule({
  name: "postgresql-provider-tls",
  title: "Database administration speaks TLS",
  description:
    "The PostgreSQL provider checks or at least demands TLS, so that the administrator's password is not sent in plain text.",
  severity: "high",
  frameworks: [pci("4.2.1")],
  remediation: "Set sslmode: verify-full (or require) on the provider.",
  link: "https://www.postgresql.org/docs/current/libpq-ssl.html",
  levels: { development: "disabled", staging: "mandatory", production: "mandatory" },
  types: ["pulumi:providers:postgresql"],
  check(stack, context) {
    context.each(stack.ofType("pulumi:providers:postgresql"), (provider) => {
      const mode = text(provider.props.sslmode) ?? text(provider.props.sslMode) ?? "require";
      if (["require", "verify-ca", "verify-full"].includes(mode)) return;
      if (!/^(localhost|127\.0\.0\.1|::1)$/.test(text(provider.props.host) ?? ""))
        context.report(`sslmode is ${mode}`, provider);
    });
  },
});
