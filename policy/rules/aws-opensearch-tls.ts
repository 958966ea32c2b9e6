import { pci, soc2 } from "../frameworks.ts";
import { at, flag, text } from "../properties.ts";
import { resourceRule, setting, sharedEnvironments } from "../rule.ts";

export const awsOpensearchTls = resourceRule({
  name: "aws-opensearch-tls",
  title: "Search domains speak TLS 1.2 or newer",
  description:
    "A search domain takes requests over TLS 1.2 or newer alone, and its nodes speak TLS with each other, so that no document crosses a network in plain text.",
  severity: "high",
  frameworks: [pci("4.2.1"), soc2("CC6.7")],
  remediation:
    "Set domainEndpointOptions.enforceHttps: true with tlsSecurityPolicy Policy-Min-TLS-1-2-PFS-2023-10, and nodeToNodeEncryption.enabled: true (a domain that runs without it is made anew).",
  link: "https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DomainEndpointOptions.html",
  levels: sharedEnvironments,
  types: ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"],
  settings: {
    policyPattern: setting.text("^Policy-Min-TLS-1-[23]-", "Expression for accepted values of tlsSecurityPolicy"),
  },
  check({ props }, context) {
    const requireTrue = (path: string) => {
      if (!flag(at(props, path))) context.report(`${path} is not true`);
    };
    const requireNewProtocols = (path: string) => {
      const policy = text(at(props, path));
      if (policy === undefined || !new RegExp(context.settings.policyPattern).test(policy))
        context.report(`${path} is ${policy ?? "not set"}, which allows TLS below 1.2`);
    };
    const checks = [
      () => requireTrue("domainEndpointOptions.enforceHttps"),
      () => requireNewProtocols("domainEndpointOptions.tlsSecurityPolicy"),
      () => requireTrue("nodeToNodeEncryption.enabled"),
    ];
    // Told apart, so that an unknown in one of them hides nothing in the others.
    context.each(checks, (check) => check());
  },
});
