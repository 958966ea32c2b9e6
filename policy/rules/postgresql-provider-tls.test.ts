import { describeRule, resource } from "../testing.ts";
import { postgresqlProviderTls } from "./postgresql-provider-tls.ts";

describeRule(postgresqlProviderTls, {
  compliant: resource("pulumi:providers:postgresql", "database", { sslmode: "verify-full" }),
  mutations: {
    "accepts the default, which demands TLS": { set: { sslmode: undefined }, says: [] },
    "accepts plain text that does not leave the machine": { set: { sslmode: "disable", host: "127.0.0.1" }, says: [] },
    "refuses plain text": { set: { sslmode: "disable" }, says: "sslmode is disable" },
    "refuses TLS only when the server likes it": { set: { sslmode: "prefer" }, says: "sslmode is prefer" },
  },
  unknown: ["sslmode"],
  elsewhere: { development: "disabled", staging: "mandatory" },
});
