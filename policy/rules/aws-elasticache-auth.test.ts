import { describeRule, resource } from "../testing.ts";
import { awsElasticacheAuth } from "./aws-elasticache-auth.ts";

describeRule(awsElasticacheAuth, {
  compliant: resource("aws:elasticache/replicationGroup:ReplicationGroup", "redis", {
    transitEncryptionEnabled: true,
    authToken: "0123456789abcdef",
    authTokenUpdateStrategy: "ROTATE",
  }),
  mutations: {
    "accepts users instead of a token": { set: { authToken: undefined, userGroupIds: ["app"] }, says: [] },
    "accepts a token that is not known yet": { set: { authToken: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }, says: [] },
    "refuses a group that asks for nothing": {
      set: { authToken: undefined },
      says: "neither authToken nor userGroupIds is set",
    },
    "refuses a token without TLS, which the provider accepts": {
      set: { transitEncryptionEnabled: false },
      says: "authToken is set without transitEncryptionEnabled, so it is never asked for",
    },
    "refuses a token without strategy": {
      set: { authTokenUpdateStrategy: undefined },
      says: "authTokenUpdateStrategy is not set, which shows a change in every preview",
    },
  },
  unknown: ["transitEncryptionEnabled", "authTokenUpdateStrategy"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
