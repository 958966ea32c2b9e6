import { describeRule, resource } from "../testing.ts";
import { awsIamUser } from "./aws-iam-user.ts";

describeRule(awsIamUser, {
  compliant: resource("aws:iam/role:Role", "task", { name: "task" }),
  mutations: {
    "refuses a user": { add: [resource("aws:iam/user:User", "jo", { name: "jo" })], says: "is an IAM user" },
    "refuses a key": {
      add: [resource("aws:iam/accessKey:AccessKey", "jo", { user: "jo" })],
      says: "is a long-lived access key",
    },
    "refuses a user without a name of its own": {
      add: [resource("aws:iam/user:User", "jo", {})],
      missing: true,
      says: "is an IAM user",
    },
  },
  unknown: "changes nothing",
  elsewhere: { development: "advisory", staging: "advisory" },
});
