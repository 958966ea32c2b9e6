import { pci, soc2 } from "../frameworks.ts";
import { at, flag, list, text } from "../properties.ts";
import { resourceRule, setting, sharedEnvironments } from "../rule.ts";

export const awsCloudfrontTls = resourceRule({
  name: "aws-cloudfront-tls",
  title: "CloudFront speaks TLS 1.2 or newer",
  description:
    "A distribution serves nothing over plain HTTP and accepts TLS 1.2 or newer, so that nobody on the way reads or changes an answer.",
  severity: "high",
  frameworks: [pci("4.2.1"), soc2("CC6.7")],
  remediation:
    "Set viewerProtocolPolicy redirect-to-https in every cache behavior, and in viewerCertificate an acmCertificateArn (from us-east-1) with sslSupportMethod sni-only and minimumProtocolVersion TLSv1.2_2021; CloudFront's own certificate accepts TLS 1.0 whatever is set.",
  link: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html",
  levels: sharedEnvironments,
  types: ["aws:cloudfront/distribution:Distribution"],
  settings: {
    versionPattern: setting.text("^TLSv1\\.[23]_", "Expression for accepted values of minimumProtocolVersion"),
  },
  check({ props }, context) {
    // Told apart, so that an unknown in one of them hides nothing in the others.
    context.each([viewers, behaviors, origins], (part) => {
      for (const problem of part(props, context.settings.versionPattern)) context.report(problem);
    });
  },
});

type Part = (props: Readonly<Record<string, unknown>>, accepted: string) => Iterable<string>;

const viewers: Part = function* (props, accepted) {
  if (flag(at(props, "viewerCertificate.cloudfrontDefaultCertificate"))) {
    yield "uses CloudFront's own certificate, with which it accepts TLS 1.0";
    return;
  }
  const version = text(at(props, "viewerCertificate.minimumProtocolVersion"));
  if (version === undefined || !new RegExp(accepted).test(version)) {
    yield `viewerCertificate.minimumProtocolVersion is ${version ?? "not set"}, which allows TLS below 1.2`;
  }
};

const behaviors: Part = function* (props) {
  const ordered = list(props.orderedCacheBehaviors).map(
    (behavior, index) => [`orderedCacheBehaviors[${index}]`, behavior] as const,
  );
  for (const [path, behavior] of [["defaultCacheBehavior", props.defaultCacheBehavior] as const, ...ordered]) {
    if (text(at(behavior, "viewerProtocolPolicy")) === "allow-all") {
      yield `${path}.viewerProtocolPolicy is allow-all, which serves plain HTTP`;
    }
  }
};

/** Towards the origin each version that is listed may be spoken; an origin that speaks HTTP only has no list. */
const origins: Part = function* (props) {
  for (const [index, origin] of list(props.origins).entries()) {
    if (text(at(origin, "customOriginConfig.originProtocolPolicy")) === "http-only") continue;
    const old = list(at(origin, "customOriginConfig.originSslProtocols")).filter((version) => version !== "TLSv1.2");
    if (old.length > 0) yield `origins[${index}].customOriginConfig.originSslProtocols allows ${old.join(", ")}`;
  }
};
