import { judge, resource, said } from "../testing.ts";
import { pulumiStackSize } from "./pulumi-stack-size.ts";

const buckets = (count: number) =>
  Array.from({ length: count }, (_, index) => resource("aws:s3/bucket:Bucket", `bucket-${index}`, {}));

test("accepts as many resources as the ceiling", () => {
  expect(judge(pulumiStackSize, buckets(3), { settings: { maximum: 3 } })).toEqual([]);
});

test("refuses one more", () => {
  expect(said(judge(pulumiStackSize, buckets(4), { settings: { maximum: 3 } }))).toEqual([
    "has 4 resources, 3 is the ceiling",
  ]);
});

test("does not count components and providers", () => {
  const others = [resource("shop:web:App", "app", {}), resource("pulumi:providers:aws", "aws", {})];
  expect(judge(pulumiStackSize, [...buckets(3), ...others], { settings: { maximum: 3 } })).toEqual([]);
});

test("is mandatory everywhere", () => {
  expect(pulumiStackSize.levels).toEqual({ development: "mandatory", staging: "mandatory", production: "mandatory" });
});
