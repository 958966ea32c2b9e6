import * as aws from "@pulumi/aws/index.js";
import * as pulumi from "@pulumi/pulumi";
import { record } from "./mocks.ts";

test("records inputs, options and dependencies as the program declared them", async () => {
  const recording = await record(() => {
    const key = new aws.kms.Key("key", { enableKeyRotation: true }, { protect: true, retainOnDelete: true });
    new aws.sns.Topic("topic", { name: "topic", kmsMasterKeyId: key.arn });
  });
  expect(recording.only("aws:kms/key:Key")).toMatchObject({
    inputs: { enableKeyRotation: true },
    protect: true,
    retainOnDelete: true,
  });
  expect(recording.only("aws:sns/topic:Topic")).toMatchObject({ dependencies: ["key"], protect: false });
});

test("says which inputs were secret, and shows their value to the test alone", async () => {
  const recording = await record(() => {
    new aws.secretsmanager.SecretVersion("version", { secretId: "id", secretString: pulumi.secret("value") });
  });
  const version = recording.only("aws:secretsmanager/secretVersion:SecretVersion");
  expect(version.secrets).toEqual(["secretString"]);
  expect(version.inputs.secretString).toBe("value");
});

test("refuses a type that nobody listed", async () => {
  const undeclared = record(() => {
    new aws.ec2.Ami("image", { name: "image" });
  });
  await expect(undeclared).rejects.toThrow("the type aws:ec2/ami:Ami (image) is not listed in the test's mocks");
});

test("refuses a call that nobody listed", async () => {
  const undeclared = record(() => {
    aws.getCallerIdentityOutput({});
  });
  await expect(undeclared).rejects.toThrow(
    "the call aws:index/getCallerIdentity:getCallerIdentity is not listed in the test's mocks",
  );
});

test("in a preview computed outputs are unknown", async () => {
  const recording = await record(
    () => {
      const key = new aws.kms.Key("key", {});
      new aws.sns.Topic("topic", { name: "topic", kmsMasterKeyId: key.arn });
    },
    { preview: true },
  );
  expect(pulumi.isUnknown(recording.only("aws:sns/topic:Topic").inputs.kmsMasterKeyId)).toBe(true);
});

test("asks for the name when a type was declared more than once", async () => {
  const recording = await record(() => {
    new aws.kms.Key("first", {});
    new aws.kms.Key("second", {});
  });
  expect(() => recording.only("aws:kms/key:Key")).toThrow("there are: first, second");
});
