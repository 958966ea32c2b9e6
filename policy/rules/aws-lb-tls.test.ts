import { describeRule, resource } from "../testing.ts";
import { awsLbTls } from "./aws-lb-tls.ts";

const redirect = { type: "redirect", redirect: { protocol: "HTTPS", statusCode: "HTTP_301" } };

describeRule(awsLbTls, {
  compliant: [
    resource("aws:lb/listener:Listener", "https", {
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: "arn:certificate",
    }),
    resource("aws:lb/listener:Listener", "http", { protocol: "HTTP", defaultActions: [redirect] }),
  ],
  mutations: {
    "accepts a listener that refuses plain text": {
      set: {
        protocol: "HTTP",
        defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "403" } }],
      },
      says: [],
    },
    "refuses old protocols": {
      set: { sslPolicy: "ELBSecurityPolicy-2016-08" },
      says: "sslPolicy is ELBSecurityPolicy-2016-08, which allows TLS below 1.2",
    },
    "refuses AWS's default policy": {
      set: { sslPolicy: undefined },
      says: "sslPolicy is not set, which allows TLS below 1.2",
    },
    "refuses a listener without certificate": { set: { certificateArn: undefined }, says: "certificateArn is missing" },
    "accepts a certificate that is not known yet": {
      set: { certificateArn: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
      says: [],
    },
    "refuses plain text": {
      on: "http",
      set: { "defaultActions.0": { type: "forward" } },
      says: "speaks HTTP and does more than redirect to HTTPS",
    },
  },
  unknown: ["sslPolicy"],
  elsewhere: { development: "advisory", staging: "mandatory" },
});
