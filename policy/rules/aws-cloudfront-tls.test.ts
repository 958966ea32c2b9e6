import { describeRule, resource } from "../testing.ts";
import { awsCloudfrontTls } from "./aws-cloudfront-tls.ts";

describeRule(awsCloudfrontTls, {
  compliant: resource("aws:cloudfront/distribution:Distribution", "site", {
    viewerCertificate: {
      acmCertificateArn: "arn:certificate",
      sslSupportMethod: "sni-only",
      minimumProtocolVersion: "TLSv1.2_2021",
    },
    defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" },
    orderedCacheBehaviors: [{ pathPattern: "/api/*", viewerProtocolPolicy: "https-only" }],
    origins: [
      { originId: "files", s3OriginConfig: {} },
      { originId: "api", customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] } },
    ],
  }),
  mutations: {
    "accepts TLS 1.3 alone": { set: { "viewerCertificate.minimumProtocolVersion": "TLSv1.3_2025" }, says: [] },
    "refuses old protocols": {
      set: { "viewerCertificate.minimumProtocolVersion": "TLSv1.1_2016" },
      says: "viewerCertificate.minimumProtocolVersion is TLSv1.1_2016, which allows TLS below 1.2",
    },
    "refuses what AWS takes when nothing is said": {
      set: { "viewerCertificate.minimumProtocolVersion": undefined },
      says: "viewerCertificate.minimumProtocolVersion is not set, which allows TLS below 1.2",
    },
    "refuses CloudFront's own certificate, whatever version stands beside it": {
      set: { "viewerCertificate.cloudfrontDefaultCertificate": true },
      says: "uses CloudFront's own certificate, with which it accepts TLS 1.0",
    },
    "refuses plain text on every path": {
      set: { "defaultCacheBehavior.viewerProtocolPolicy": "allow-all" },
      says: "defaultCacheBehavior.viewerProtocolPolicy is allow-all, which serves plain HTTP",
    },
    "refuses plain text on one path": {
      set: { "orderedCacheBehaviors.0.viewerProtocolPolicy": "allow-all" },
      says: "orderedCacheBehaviors[0].viewerProtocolPolicy is allow-all, which serves plain HTTP",
    },
    "refuses old protocols towards the origin": {
      set: { "origins.1.customOriginConfig.originSslProtocols": ["SSLv3", "TLSv1", "TLSv1.2"] },
      says: "origins[1].customOriginConfig.originSslProtocols allows SSLv3, TLSv1",
    },
    "accepts an origin that speaks no TLS, as websites of S3 do": {
      set: {
        "origins.1.customOriginConfig": { originProtocolPolicy: "http-only", originSslProtocols: ["TLSv1", "TLSv1.2"] },
      },
      says: [],
    },
  },
  unknown: ["viewerCertificate.minimumProtocolVersion", "defaultCacheBehavior.viewerProtocolPolicy"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});
