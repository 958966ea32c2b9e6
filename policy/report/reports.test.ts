import { checkRecord, type Pack } from "../check.ts";
import { readRecord } from "../recorded.ts";
import { awsS3BucketName } from "../rules/aws-s3-bucket-name.ts";
import { awsS3ForceDestroy } from "../rules/aws-s3-force-destroy.ts";
import { awsS3PublicAccess } from "../rules/aws-s3-public-access.ts";
import { STACK_URN, urnOf } from "../testing.ts";
import { junitReport } from "./junit.ts";
import { explainRule, listRules, ruleRecord, rulesDocument } from "./rules.ts";
import { sarifReport } from "./sarif.ts";
import { textReport } from "./text.ts";

const bucket = (name: string, inputs: object) => ({
  urn: urnOf("aws:s3/bucket:Bucket", name),
  type: "aws:s3/bucket:Bucket",
  inputs,
  sourcePosition: "project:///stacks/shop.ts#7,1",
});
const waiver = {
  rule: "aws-s3-public-access",
  urn: urnOf("aws:s3/bucket:Bucket", "b"),
  reason: "an <archive>",
  owner: "web",
  expires: "2026-12-24",
};
const pack: Pack = {
  rules: [awsS3BucketName, awsS3PublicAccess, awsS3ForceDestroy],
  config: {
    stacks: { production: ["production"] },
    rules: { "aws-s3-force-destroy": { levels: { production: "advisory" } } },
  },
  waivers: [waiver],
};
const report = checkRecord(
  readRecord({
    deployment: {
      resources: [
        { urn: STACK_URN, type: "pulumi:pulumi:Stack" },
        bucket("a", { bucket: "A&B", forceDestroy: true }),
        bucket("b", { bucket: "[unknown]" }),
      ],
    },
  }),
  pack,
  new Date("2026-11-21T12:00:00Z"),
);

test("tells people what is refused, advised, undecided and waived", () => {
  const text = textReport(report);
  expect(text).toContain("production (production): 3 rules, 3 resources");
  expect(text).toContain(
    "Refused:\n\n  aws-s3-bucket-name [low] Bucket names are valid\n    a (stacks/shop.ts:7): bucket A&B is not a valid bucket name\n    Mend: Use 3 to 63",
  );
  expect(text).toContain(
    "Advised:\n\n  aws-s3-force-destroy [high] Buckets with objects are not deleted\n    a (stacks/shop.ts:7): has forceDestroy, so its objects go with it",
  );
  expect(text).toContain(
    "Undecided, because not known before the apply:\n  aws-s3-bucket-name [mandatory]: bucket of b",
  );
  expect(text).toContain("Waivers in force:\n  aws-s3-public-access for b until 2026-12-24, web: an <archive>");
  expect(text.endsWith("2 findings refuse the deployment, 1 mandatory judgements are open until the apply.")).toBe(
    true,
  );
});

test("says that nothing is refused when nothing is", () => {
  expect(textReport({ ...report, findings: [] }).endsWith("Nothing is refused.")).toBe(true);
});

test("writes SARIF with a rule index, a place, an identity, and waivers as suppressions", () => {
  const sarif = sarifReport(report, pack.rules) as {
    version: string;
    runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
  };
  expect(sarif.version).toBe("2.1.0");
  const [run] = sarif.runs;
  expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(pack.rules.map(({ name }) => name));
  expect(run?.results.map(({ kind, level, ruleId, ruleIndex }) => [ruleId, ruleIndex, level, kind])).toEqual([
    ["aws-s3-bucket-name", 0, "error", "fail"],
    ["aws-s3-bucket-name", 0, "none", "open"],
    ["aws-s3-public-access", 1, "error", "fail"],
    ["aws-s3-public-access", 1, "error", "fail"],
    ["aws-s3-force-destroy", 2, "warning", "fail"],
  ]);
  expect(run?.results[0]?.locations).toMatchObject([
    { physicalLocation: { artifactLocation: { uri: "stacks/shop.ts" }, region: { startLine: 7 } } },
  ]);
  expect(run?.results[3]?.suppressions).toEqual([
    { kind: "external", justification: "an <archive> (web, until 2026-12-24)" },
  ]);
});

test("writes JUnit: failed, skipped and noted rules, with everything escaped", () => {
  const junit = junitReport(report, pack.rules);
  expect(junit).toContain('<testsuite name="policy production" tests="3" failures="2" skipped="0">');
  expect(junit).toContain(`${urnOf("aws:s3/bucket:Bucket", "a")}: bucket A&amp;B is not a valid bucket name</failure>`);
  expect(junit).toContain(`<system-out>${urnOf("aws:s3/bucket:Bucket", "a")}: has forceDestroy`);
  const open = junitReport(
    { ...report, findings: report.findings.filter(({ result }) => result === "unknown") },
    pack.rules,
  );
  expect(open).toContain('failures="0" skipped="1"');
  expect(open).toContain('<skipped message="not known before the apply"/>');
});

test("lists rules a line each, beginning with the name", () => {
  expect(listRules(pack.rules, pack.config).split("\n")).toEqual([
    "aws-s3-bucket-name    low       development mandatory, staging mandatory, production mandatory  Bucket names are valid",
    "aws-s3-force-destroy  high      development advisory, staging mandatory, production advisory  Buckets with objects are not deleted",
    "aws-s3-public-access  critical  development mandatory, staging mandatory, production mandatory  No bucket is public",
  ]);
});

test("explains a rule with its settings as they are chosen", () => {
  const explained = explainRule(awsS3ForceDestroy, pack.config);
  expect(explained).toContain("aws-s3-force-destroy: Buckets with objects are not deleted");
  expect(explained).toContain("Levels:     development advisory, staging mandatory, production advisory");
  expect(ruleRecord(awsS3ForceDestroy, pack.config)).toMatchObject({
    name: "aws-s3-force-destroy",
    levels: { production: "advisory" },
  });
});

test("writes a table row for every rule", () => {
  const rows = rulesDocument(pack.rules, pack.config)
    .split("\n")
    .filter((line) => line.startsWith("| [`"));
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatch(
    /^\| \[`aws-s3-bucket-name`\]\(https:.+\) \| low \| mandatory \| mandatory \| mandatory \| A bucket's name/,
  );
});
