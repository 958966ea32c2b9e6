import { pci, soc2 } from "../frameworks.ts";
import { at, isUnset, list, text } from "../properties.ts";
import { resourceRule, setting, sharedEnvironments } from "../rule.ts";

export const awsLbTls = resourceRule({
  name: "aws-lb-tls",
  title: "Load balancers speak TLS 1.2 or newer",
  description: "A listener speaks HTTPS with a policy of TLS 1.2 or newer, or does nothing but redirect to HTTPS.",
  severity: "high",
  frameworks: [pci("4.2.1"), soc2("CC6.7")],
  remediation:
    "Set protocol HTTPS, certificateArn and sslPolicy ELBSecurityPolicy-TLS13-1-2-2021-06; redirect port 80.",
  link: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
  levels: sharedEnvironments,
  types: [
    "aws:lb/listener:Listener",
    "aws:alb/listener:Listener",
    "aws:applicationloadbalancing/listener:Listener",
    "aws:elasticloadbalancingv2/listener:Listener",
  ],
  settings: {
    policyPattern: setting.text("^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)", "Expression for accepted policies"),
  },
  check(listener, context) {
    const protocol = text(listener.props.protocol) ?? "HTTP";
    if (protocol === "HTTP") {
      const redirects = list(listener.props.defaultActions).every(
        (action) =>
          (at(action, "type") === "redirect" && at(action, "redirect.protocol") === "HTTPS") || isRefusal(action),
      );
      if (!redirects) context.report("speaks HTTP and does more than redirect to HTTPS");
      return;
    }
    if (protocol !== "HTTPS" && protocol !== "TLS") return;
    const policy = text(listener.props.sslPolicy);
    if (policy === undefined || !new RegExp(context.settings.policyPattern).test(policy)) {
      context.report(`sslPolicy is ${policy ?? "not set"}, which allows TLS below 1.2`);
    }
    if (isUnset(() => listener.props.certificateArn)) context.report("certificateArn is missing");
  },
});

/** A fixed answer that is an error gives nothing away. */
const isRefusal = (action: unknown): boolean =>
  at(action, "type") === "fixed-response" && /^[45]/.test(text(at(action, "fixedResponse.statusCode")) ?? "");
