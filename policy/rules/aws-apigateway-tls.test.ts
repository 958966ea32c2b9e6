import { describeRule, resource } from "../testing.ts";
import { awsApigatewayTls } from "./aws-apigateway-tls.ts";

describeRule(awsApigatewayTls, {
  compliant: [
    resource("aws:apigateway/domainName:DomainName", "rest", { domainName: "api.shop.com", securityPolicy: "TLS_1_2" }),
    resource("aws:apigatewayv2/domainName:DomainName", "http", {
      domainName: "v2.shop.com",
      domainNameConfiguration: { endpointType: "REGIONAL", securityPolicy: "TLS_1_2" },
    }),
  ],
  mutations: {
    "refuses TLS 1.0 for a REST API": {
      set: { securityPolicy: "TLS_1_0" },
      says: "securityPolicy is TLS_1_0, which allows TLS below 1.2",
    },
    "refuses TLS 1.0 for an HTTP API": {
      on: "http",
      set: { "domainNameConfiguration.securityPolicy": "TLS_1_0" },
      says: "domainNameConfiguration.securityPolicy is TLS_1_0, which allows TLS below 1.2",
    },
    "accepts the policies with names of their own": {
      set: { securityPolicy: "SecurityPolicy_TLS13_1_3_2025_09" },
      says: [],
    },
    "accepts what AWS takes when nothing is said": { set: { securityPolicy: undefined }, says: [] },
  },
  unknown: ["securityPolicy", "http:domainNameConfiguration.securityPolicy"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});
