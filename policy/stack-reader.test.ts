import type { PolicyResource } from "@pulumi/policy";
import { stackReader } from "./stack-reader.ts";

const resource = (type: string, name: string, more: Partial<PolicyResource> = {}): PolicyResource => ({
  type,
  name,
  urn: `urn:${name}`,
  props: { name },
  opts: {
    protect: true,
    ignoreChanges: [],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
  },
  dependencies: [],
  propertyDependencies: {},
  isType: () => false,
  asType: () => undefined,
  ...more,
});

const root = resource("pulumi:pulumi:Stack", "shop");
const bucket = resource("aws:s3/bucket:Bucket", "media");
const policy = resource("aws:s3/bucketPolicy:BucketPolicy", "access", {
  parent: root,
  dependencies: [bucket],
  propertyDependencies: { bucket: [bucket] },
});

test("the rules of one judgement share one reading of the stack, and the next judgement has its own", async () => {
  const stackOf = stackReader();
  const first = stackOf({ resources: [bucket, root, policy] });
  await Promise.resolve();
  expect(stackOf({ resources: [bucket, root, policy] })).toBe(first);
  await new Promise((resolve) => setImmediate(resolve));
  const next = stackOf({ resources: [bucket] });
  expect(next.stack.resources.map(({ urn }) => urn)).toEqual(["urn:media"]);
});

test("resources refer to each other by URN, and the stack itself is found", () => {
  const { root: urn, stack } = stackReader()({ resources: [bucket, root, policy] });
  expect(urn).toBe("urn:shop");
  expect(stack.byUrn("urn:access")).toMatchObject({
    parent: "urn:shop",
    dependencies: ["urn:media"],
    propertyDependencies: { bucket: ["urn:media"] },
    options: { protect: true },
  });
});

test("resources stand after those that they depend on, in one order whichever an engine tells them in", () => {
  const orders = [
    [policy, root, bucket],
    [root, bucket, policy],
  ];
  for (const resources of orders) {
    const { stack } = stackReader()({ resources });
    expect(stack.resources.map(({ urn }) => urn)).toEqual(["urn:media", "urn:access", "urn:shop"]);
  }
});
