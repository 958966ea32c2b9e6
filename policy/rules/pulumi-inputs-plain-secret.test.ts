import { describeRule, resource } from "../testing.ts";
import { pulumiInputsPlainSecret } from "./pulumi-inputs-plain-secret.ts";

// Put together here, so that no scanner takes the test for a leak.
const key = `AKIA${"ABCDEFGHIJKLMNOP"}`;
const base64 = Buffer.from(`aws_key=${key}`).toString("base64");

describeRule(pulumiInputsPlainSecret, {
  compliant: resource(
    "aws:ssm/parameter:Parameter",
    "parameter",
    {
      name: "shop",
      value: key,
      tags: { Owner: "shop" },
      secretArn: "arn:aws:secretsmanager:us-east-1:1:secret:shop/password-a1b2c3",
    },
    { secrets: new Set(["value"]) },
  ),
  mutations: {
    "accepts a resource without them": { set: { tags: undefined, secretArn: undefined }, says: [] },
    "refuses a secret in plain text": {
      extra: { secrets: new Set() },
      says: "value holds an AWS access key and is not secret",
    },
    "refuses a secret in a tag": {
      set: { "tags.Owner": key },
      says: "tags.Owner holds an AWS access key and is not secret",
    },
    "refuses a secret in a description": {
      set: { description: `login with postgres://app:${"hunter2hunter2"}@db/shop` },
      says: "description holds a password in an address and is not secret",
    },
    "refuses a secret in the resource's name": {
      extra: { name: `shop-${key}` },
      says: "the resource's name holds an AWS access key",
    },
    "refuses a secret in base64": {
      set: { description: base64 },
      says: "description holds an AWS access key in base64 and is not secret",
    },
    "refuses a secret in JSON inside a text": {
      set: { description: JSON.stringify({ a: { password: "9f8Xk2Lq0Zr7Tb4Vn1" } }) },
      says: "description holds a random value under the name password in JSON and is not secret",
    },
    "refuses a secret in a container's environment": {
      set: { description: JSON.stringify([{ environment: [{ name: "API_TOKEN", value: "9f8Xk2Lq0Zr7Tb4Vn1" }] }]) },
      says: "description holds a random value under the name API_TOKEN in JSON and is not secret",
    },
    "refuses a random value under the name of a secret": {
      set: { authToken: "9f8Xk2Lq0Zr7Tb4Vn1" },
      says: "authToken holds a random value under the name authToken and is not secret",
    },
    "refuses a password that somebody chose": {
      set: { description: JSON.stringify([{ environment: [{ name: "DB_PASSWORD", value: "hunter2hunter2" }] }]) },
      says: "description holds a password under the name DB_PASSWORD in JSON and is not secret",
    },
    "leaves the name of a password's entry alone": { set: { adminPassword: "db_password_v2" }, says: [] },
    "leaves words under such a name alone": { set: { authToken: "see-the-secrets-manager" }, says: [] },
    "leaves values alone that are allowed by name": {
      extra: { secrets: new Set() },
      settings: { allowed: ["value"] },
      says: [],
    },
    "leaves another resource's id alone that is not known yet": {
      set: { name: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
      says: [],
    },
    "takes a secret that is not known yet for a secret": {
      set: { value: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
      says: [],
    },
    "is undecided when the engine did not tell what is secret": {
      extra: { secrets: undefined } as object,
      says: "unknown: value.secrecy is not known before the apply, so this rule is judged again after it",
    },
    "judges the rest when one property is unknown": {
      set: { description: "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "tags.Owner": key },
      says: [
        "tags.Owner holds an AWS access key and is not secret",
        "unknown: description is not known before the apply, so this rule is judged again after it",
      ],
    },
  },
  unknown: ["tags.Note", "description"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
