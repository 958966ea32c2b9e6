import { judge, resource, said } from "../testing.ts";
import type { Waiver } from "../waivers.ts";
import { awsS3PublicAccess } from "./aws-s3-public-access.ts";
import { waiverRules } from "./pulumi-waiver.ts";

const bucket = resource("aws:s3/bucket:Bucket", "pictures", {});
const other = resource("aws:s3/bucket:Bucket", "pictures-small", {});
const waiver: Waiver = {
  rule: "aws-s3-public-access",
  urn: bucket.urn,
  reason: "a public archive",
  owner: "web team",
  expires: "2026-12-24",
};

function reported(change: Partial<Waiver>, resources = [bucket, other]) {
  const [valid] = waiverRules([{ ...waiver, ...change }], [awsS3PublicAccess]);
  return said(judge(valid, resources));
}

test("accepts a waiver of one resource for a while", () => {
  expect(reported({})).toEqual([]);
});

test("accepts a waiver until the end of its last day", () => {
  expect(reported({ expires: "2026-11-21" })).toEqual([]);
});

test("refuses a waiver that expired", () => {
  expect(reported({ expires: "2026-11-20" })).toEqual([
    "the waiver of aws-s3-public-access expired on 2026-11-20; web team decides whether it is still needed",
  ]);
});

test("refuses a high risk waived for more than 90 days", () => {
  expect(reported({ expires: "2027-02-19" })).toEqual([]);
  expect(reported({ expires: "2027-02-21" })).toEqual([
    "the waiver of aws-s3-public-access ends on 2027-02-21: a rule of severity critical can be waived for 90 days at most",
  ]);
});

test("refuses a waiver that matches no resource", () => {
  expect(reported({}, [other])).toEqual([`the waiver of aws-s3-public-access matches no resource: ${bucket.urn}`]);
});

test("refuses a waiver that matches two resources", () => {
  expect(reported({ urn: `${bucket.urn}*` })).toEqual([
    `the waiver of aws-s3-public-access matches 2 resources, it may match one: ${bucket.urn}*`,
  ]);
});

test("refuses a waiver for every environment", () => {
  const urn = bucket.urn.replace("production", "*");
  expect(reported({ urn })).toEqual([
    `the waiver of aws-s3-public-access must name its stack: \`${urn}\` could match in every environment`,
  ]);
});

test("refuses a waiver of a rule that does not exist", () => {
  expect(reported({ rule: "aws-s3-publik" })).toEqual(["the waiver of aws-s3-publik names a rule that does not exist"]);
});

test("refuses a day that is none", () => {
  expect(reported({ expires: "next spring" })).toEqual([
    "the waiver of aws-s3-public-access has no date in `expires`: next spring",
  ]);
});

test("leaves waivers of other stacks to those stacks", () => {
  expect(reported({ urn: bucket.urn.replace("production", "staging"), expires: "2020-01-01" })).toEqual([]);
});

test("prints every waiver in force", () => {
  const [, inForce] = waiverRules([waiver, { ...waiver, expires: "2026-01-01" }], [awsS3PublicAccess]);
  expect(said(judge(inForce, [bucket]))).toEqual([
    `aws-s3-public-access is waived for ${bucket.urn} until 2026-12-24 by web team: a public archive`,
  ]);
});
