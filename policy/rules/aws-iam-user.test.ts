import { judge, resource, said } from "../testing.ts";
import { awsIamUser } from "./aws-iam-user.ts";

test("refuses users and their keys", () => {
  expect(said(judge(awsIamUser, [resource("aws:iam/user:User", "jo", {})]))).toEqual(["is an IAM user"]);
  expect(said(judge(awsIamUser, [resource("aws:iam/accessKey:AccessKey", "jo", {})]))).toEqual([
    "is a long-lived access key",
  ]);
});

test("accepts roles", () => {
  expect(judge(awsIamUser, [resource("aws:iam/role:Role", "task", {})])).toEqual([]);
});

test("is mandatory everywhere", () => {
  expect(awsIamUser.levels).toEqual({ development: "mandatory", staging: "mandatory", production: "mandatory" });
});
