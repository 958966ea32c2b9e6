import { describeRule, resource } from "../testing.ts";
import { awsOpensearchTls } from "./aws-opensearch-tls.ts";

describeRule(awsOpensearchTls, {
  compliant: resource("aws:opensearch/domain:Domain", "search", {
    domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
    nodeToNodeEncryption: { enabled: true },
  }),
  mutations: {
    "refuses plain HTTP": {
      set: { "domainEndpointOptions.enforceHttps": false },
      says: "domainEndpointOptions.enforceHttps is not true",
    },
    "refuses old protocols": {
      set: { "domainEndpointOptions.tlsSecurityPolicy": "Policy-Min-TLS-1-0-2019-07" },
      says: "domainEndpointOptions.tlsSecurityPolicy is Policy-Min-TLS-1-0-2019-07, which allows TLS below 1.2",
    },
    "refuses nodes that speak plain text": {
      set: { nodeToNodeEncryption: undefined },
      says: "nodeToNodeEncryption.enabled is not true",
    },
    "says everything that a domain without options lacks": {
      set: { domainEndpointOptions: undefined },
      says: [
        "domainEndpointOptions.enforceHttps is not true",
        "domainEndpointOptions.tlsSecurityPolicy is not set, which allows TLS below 1.2",
      ],
    },
  },
  unknown: [
    "domainEndpointOptions.enforceHttps",
    "domainEndpointOptions.tlsSecurityPolicy",
    "nodeToNodeEncryption.enabled",
  ],
  elsewhere: { development: "advisory", staging: "mandatory" },
});
