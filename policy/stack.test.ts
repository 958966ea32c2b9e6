import { Stack } from "./stack.ts";
import { resource } from "./testing.ts";
import { guarded, UNKNOWN } from "./unknown.ts";

const bucket = resource("aws:s3/bucket:Bucket", "pictures", {
  bucket: "shop-pictures",
  arn: "arn:aws:s3:::shop-pictures",
});
const policy = (props: object, refers = {}) =>
  resource("aws:s3/bucketPolicy:BucketPolicy", "policy", { ...props }, { refers });

test("follows the dependencies that the engine recorded, also while the id is unknown", () => {
  const by = policy({}, { bucket });
  expect(new Stack([bucket, { ...by, props: guarded({ bucket: UNKNOWN }) }]).target(by, "bucket", bucket.type)).toBe(
    bucket,
  );
});

test("follows an id or an ARN that was written by hand", () => {
  const stack = new Stack([bucket]);
  expect(stack.target(policy({ bucket: "shop-pictures" }), "bucket", bucket.type)).toBe(bucket);
  expect(stack.target(policy({ bucket: "arn:aws:s3:::shop-pictures" }), "bucket", bucket.type)).toBe(bucket);
  expect(stack.target(policy({ bucket: "other" }), "bucket", bucket.type)).toBeUndefined();
});

test("finds what refers to a resource", () => {
  const by = policy({ bucket: "shop-pictures" });
  expect(new Stack([bucket, by]).referring(bucket, by.type, "bucket")).toEqual([by]);
});

test("knows the component around a resource, and takes the stack for none", () => {
  const root = { ...resource("pulumi:pulumi:Stack", "shop", {}), urn: "urn:root" };
  const app = { ...resource("shop:web:App", "app", {}, { parent: "urn:root" }), urn: "urn:app" };
  const inside = resource("aws:sns/topic:Topic", "topic", {}, { parent: "urn:app" });
  const stack = new Stack([root, app, inside]);
  expect(stack.component(inside)).toBe(app);
  expect(stack.component(app)).toBeUndefined();
});
