import { describeRule, judge, resource, said } from "../testing.ts";
import { type Waiver, WaiverUse } from "../waivers.ts";
import { awsS3PublicAccess } from "./aws-s3-public-access.ts";
import { pulumiDataDeleted } from "./pulumi-data-deleted.ts";
import { waiverRules } from "./pulumi-waiver.ts";

const bucket = resource("aws:s3/bucket:Bucket", "pictures", { bucket: "shop-pictures" });
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

const use = new WaiverUse();
const used: Waiver = { ...waiver, urn: other.urn };
const finding = { rule: waiver.rule, result: "violation", urn: other.urn, message: "is public" } as const;
use.excuse(finding, [used], new Date("2026-11-21T12:00:00Z"));
const [pulumiWaiverValid] = waiverRules([{ ...waiver, urn: `${bucket.urn}*` }], [awsS3PublicAccess]);
const [, pulumiWaiverNeeded] = waiverRules([used, waiver], [awsS3PublicAccess], use);
const [, , pulumiWaiverInForce] = waiverRules([waiver], [awsS3PublicAccess]);
const inForce = `aws-s3-public-access is waived for ${bucket.urn} until 2026-12-24 by web team: a public archive`;

describeRule(pulumiWaiverValid, {
  compliant: bucket,
  mutations: {
    "refuses a waiver whose resource no longer exists": {
      without: true,
      add: [resource("aws:sns/topic:Topic", "alarms", {})],
      says: `the waiver of aws-s3-public-access matches no resource: ${bucket.urn}*`,
    },
    "refuses a waiver that matches two resources": {
      add: [other],
      says: `the waiver of aws-s3-public-access matches 2 resources, it may match one: ${bucket.urn}*`,
    },
  },
  unknown: "changes nothing",
  elsewhere: { development: "mandatory", staging: "mandatory" },
});

describeRule(pulumiWaiverNeeded, {
  compliant: other,
  mutations: {
    "tells of a waiver whose rule passes": {
      add: [bucket],
      says: `the waiver of aws-s3-public-access for ${bucket.urn} is not needed: the rule passes without it`,
    },
    "leaves a waiver without resource to the rule that refuses it": {
      without: true,
      add: [resource("aws:sns/topic:Topic", "alarms", {})],
      says: [],
    },
  },
  unknown: "changes nothing",
  elsewhere: { development: "advisory", staging: "advisory" },
});

describeRule(pulumiWaiverInForce, {
  compliant: [],
  mutations: {
    "prints every waiver in force": { add: [bucket], says: inForce },
    "prints it also when its resource is gone": { add: [other], missing: true, says: inForce },
  },
  unknown: "changes nothing",
  elsewhere: { development: "advisory", staging: "advisory" },
});

test("takes a waiver for needed as long as its rule is undecided", () => {
  const noted = new WaiverUse();
  noted.excuse({ ...finding, urn: bucket.urn, result: "unknown" }, [waiver], new Date("2026-11-21"));
  const [, needed] = waiverRules([waiver], [awsS3PublicAccess], noted);
  expect(judge(needed, [bucket])).toEqual([]);
});

test("says nothing of a waiver of a planned step: after the step nothing matches it", () => {
  const deletion = { ...waiver, rule: "pulumi-data-deleted" };
  const [valid, needed] = waiverRules([deletion], [pulumiDataDeleted]);
  expect([...judge(valid, [other]), ...judge(needed, [other])]).toEqual([]);
});

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

test("does not print a waiver that expired", () => {
  const [, , inForceRule] = waiverRules([{ ...waiver, expires: "2026-01-01" }], [awsS3PublicAccess]);
  expect(judge(inForceRule, [bucket])).toEqual([]);
});
