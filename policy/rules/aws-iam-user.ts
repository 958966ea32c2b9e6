import { cis, pci } from "../frameworks.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsIamUser = resourceRule({
  name: "aws-iam-user",
  title: "No long-lived keys",
  description: "People come by single sign-on and machines by roles: no IAM user and no access key is declared.",
  severity: "high",
  frameworks: [cis("1.14"), pci("8.6.1")],
  remediation:
    "Use a role: OpenID Connect for pipelines, a task or function role for workloads, IAM Identity Center for people.",
  link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#lock-away-credentials",
  levels: everywhere("advisory"),
  types: ["aws:iam/user:User", "aws:iam/accessKey:AccessKey"],
  check(resource, context) {
    context.report(resource.type === "aws:iam/user:User" ? "is an IAM user" : "is a long-lived access key");
  },
});
