import { pci, soc2 } from "../frameworks.ts";
import { at, isEmpty, text } from "../properties.ts";
import { resourceRule, setting, sharedEnvironments } from "../rule.ts";

export const awsApigatewayTls = resourceRule({
  name: "aws-apigateway-tls",
  title: "API Gateway's domains speak TLS 1.2 or newer",
  description:
    "A custom domain of API Gateway accepts TLS 1.2 or newer: with TLS_1_0 a client, or whoever stands in its way, chooses a broken one.",
  severity: "high",
  frameworks: [pci("4.2.1"), soc2("CC6.7")],
  remediation: "Set securityPolicy TLS_1_2, or one of the policies that begin with SecurityPolicy_TLS12 or _TLS13.",
  link: "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html",
  levels: sharedEnvironments,
  types: ["aws:apigateway/domainName:DomainName", "aws:apigatewayv2/domainName:DomainName"],
  settings: {
    policyPattern: setting.text("^(TLS_1_2$|SecurityPolicy_TLS1[23]_)", "Expression for accepted values"),
  },
  check({ props, type }, context) {
    // Set by neither, AWS takes TLS_1_2.
    const path = type.startsWith("aws:apigatewayv2/") ? "domainNameConfiguration.securityPolicy" : "securityPolicy";
    const policy = at(props, path);
    if (!isEmpty(policy) && !new RegExp(context.settings.policyPattern).test(text(policy) ?? "")) {
      context.report(`${path} is ${text(policy) ?? "no text"}, which allows TLS below 1.2`);
    }
  },
});
