import { checkRecord, type Pack } from "../check.ts";
import { readRecord } from "../recorded.ts";
import { awsS3BucketName } from "../rules/aws-s3-bucket-name.ts";
import { awsS3ForceDestroy } from "../rules/aws-s3-force-destroy.ts";
import { awsS3PublicAccess } from "../rules/aws-s3-public-access.ts";
import { waiverRules } from "../rules/pulumi-waiver.ts";
import { vercelVariableReplacement } from "../rules/vercel-variable-replacement.ts";
import { STACK_URN, urnOf } from "../testing.ts";
import { WaiverUse } from "../waivers.ts";
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
const use = new WaiverUse();
const unneeded = { ...waiver, rule: "aws-s3-force-destroy" };
const pack: Pack = {
  rules: [awsS3BucketName, awsS3PublicAccess, awsS3ForceDestroy],
  config: {
    stacks: { production: ["production"] },
    rules: { "aws-s3-force-destroy": { levels: { production: "advisory" } } },
  },
  waivers: [waiver],
  use,
};
const now = new Date("2026-11-21T12:00:00Z");
const record = readRecord({
  deployment: {
    resources: [
      { urn: STACK_URN, type: "pulumi:pulumi:Stack" },
      bucket("a", { bucket: "A&B", forceDestroy: true }),
      bucket("b", { bucket: "[unknown]" }),
    ],
  },
});
const report = checkRecord(record, pack, now);

interface Sarif {
  $schema: string;
  runs: {
    automationDetails: { id: string };
    tool: { driver: { rules: { id: string }[] } };
    results: {
      kind: string;
      level: string;
      ruleId: string;
      ruleIndex: number;
      message: { text: string };
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
    }[];
  }[];
}

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
  expect(text.endsWith("2 findings refuse the deployment, 1 mandatory judgement is open until the apply.")).toBe(true);
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
    ["aws-s3-public-access", 1, "error", "fail"],
    ["aws-s3-public-access", 1, "error", "fail"],
    ["aws-s3-force-destroy", 2, "warning", "fail"],
  ]);
  expect(run?.results[0]?.locations).toMatchObject([
    { physicalLocation: { artifactLocation: { uri: "stacks/shop.ts" }, region: { startLine: 7 } } },
  ]);
  expect(run?.results[2]?.suppressions).toEqual([
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

describe("waivers", () => {
  const waivers = [waiver, unneeded];
  const rules = [...pack.rules, ...waiverRules(waivers, pack.rules, use)];
  const waived = checkRecord(record, { ...pack, rules, waivers }, now);

  test("stand in every report, and one that excuses nothing is told of", () => {
    const needless = `the waiver of aws-s3-force-destroy for ${waiver.urn} is not needed: the rule passes without it`;
    const text = textReport(waived);
    expect(text).toContain(
      "Waivers in force:\n  aws-s3-public-access for b until 2026-12-24, web: an <archive>\n  aws-s3-force-destroy for b until",
    );
    expect(text).toContain(needless);
    expect(waived.waivers).toEqual(waivers);
    const [run] = (
      sarifReport(waived, rules) as {
        runs: {
          properties: object;
          results: object[];
          invocations: { toolExecutionNotifications: object[] }[];
        }[];
      }
    ).runs;
    expect(run?.properties).toEqual({ waivers, partial: false });
    expect(run?.invocations[0]?.toolExecutionNotifications).toContainEqual(
      expect.objectContaining({ level: "note", associatedRule: { id: "pulumi-waiver-in-force", index: 5 } }),
    );
    expect(run?.results).toContainEqual(
      expect.objectContaining({ ruleId: "pulumi-waiver-needed", kind: "fail", level: "warning" }),
    );
    const junit = junitReport(waived, rules);
    expect(junit).toContain(
      `<property name="waiver" value="aws-s3-public-access for ${waiver.urn} until 2026-12-24, web: an &lt;archive&gt;"/>`,
    );
    expect(junit).toContain(needless);
  });

  test("are noted anew in every run", () => {
    const again = checkRecord(record, { ...pack, rules, waivers }, now);
    expect(again.findings).toEqual(waived.findings);
  });

  test("stand also in the reports of a preview without the unchanged resources", () => {
    const partial = { ...waived, findings: [], partial: true };
    expect(textReport(partial)).toContain("Waivers in force:");
    expect(junitReport(partial, rules)).toContain('<property name="waiver"');
    expect(JSON.stringify(sarifReport(partial, rules))).toContain('"reason":"an <archive>"');
  });
});

test("tells what a preview changes of the cost, by component", () => {
  const urn = (name: string) => urnOf("aws:kms/key:Key", name);
  const key = (name: string) => ({ urn: urn(name), type: "aws:kms/key:Key", inputs: {} });
  const preview = readRecord({
    steps: [
      { op: "create", urn: urn("new"), newState: key("new") },
      { op: "delete", urn: urn("old"), oldState: key("old") },
      { op: "update", urn: urn("kept"), oldState: key("kept"), newState: key("kept") },
    ],
  });
  const found = checkRecord(preview, { ...pack, waivers: [] }, now);
  expect(found.costChange).toEqual({ new: 1, old: -1 });
  const text = textReport(found);
  expect(text).toContain("  new   1.00 (+1.00)");
  expect(text).toContain("  kept  1.00\n");
  expect(text).toContain("  old   0.00 (-1.00)");
  expect(report.costChange).toBeUndefined();
});

test("SARIF keeps to the format: every result has a rule, a place and a level that fits its kind", () => {
  const spaced = checkRecord(
    readRecord({
      deployment: {
        resources: [
          { urn: STACK_URN, type: "pulumi:pulumi:Stack" },
          { ...bucket("a", { bucket: "A" }), sourcePosition: "project:///my stacks/shop.ts#7,1" },
        ],
      },
    }),
    pack,
    now,
  );
  for (const some of [report, spaced]) {
    const sarif = sarifReport(some, pack.rules) as Sarif;
    expect(sarif.$schema).toMatch(/^https:.+sarif-schema-2\.1\.0\.json$/);
    for (const { automationDetails, results, tool } of sarif.runs) {
      expect(automationDetails.id).toBe("policy/production/");
      for (const { kind, level, locations, message, ruleId, ruleIndex } of results) {
        expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
        expect(message.text).not.toBe("");
        expect([kind, ["error", "warning"].includes(level)]).toEqual(["fail", true]);
        const [place] = locations;
        // RFC 3986, relative: GitHub joins it to the repository's root.
        expect(place?.physicalLocation.artifactLocation.uri).toMatch(/^(?!\/|\.\.)[\w./%-]+$/);
        expect(place?.physicalLocation.region.startLine).toBeGreaterThan(0);
      }
    }
  }
});

test("SARIF tells what is undecided as a notice with the property, since a code host shows results as alerts", () => {
  const [run] = (
    sarifReport(report, pack.rules) as { runs: { invocations: { toolExecutionNotifications: object[] }[] }[] }
  ).runs;
  expect(run?.invocations).toMatchObject([
    {
      executionSuccessful: true,
      toolExecutionNotifications: [
        { level: "note", associatedRule: { id: "aws-s3-bucket-name", index: 0 }, properties: { unknown: "bucket" } },
      ],
    },
  ]);
});

test("SARIF points to the program where a library registered the resource", () => {
  const [first] = report.findings;
  const elsewhere = first === undefined ? [] : [{ ...first, source: { file: "node_modules/x/stack.js", line: 43 } }];
  const [run] = (sarifReport({ ...report, findings: elsewhere }, pack.rules) as Sarif).runs;
  expect(run?.results[0]?.locations[0]?.physicalLocation).toEqual({
    artifactLocation: { uri: "index.ts" },
    region: { startLine: 1 },
  });
});

test("what no record tells is open in no code host, and named once for people", () => {
  const variable = {
    urn: urnOf("vercel:index/projectDomain:ProjectDomain", "domain"),
    type: "vercel:index/projectDomain:ProjectDomain",
    inputs: { domain: "shop.test" },
  };
  const rules = [vercelVariableReplacement];
  const found = checkRecord(
    readRecord({ deployment: { resources: [variable] } }),
    { ...pack, rules, waivers: [] },
    now,
  );
  expect(textReport(found)).toContain(
    "Not recorded here, so only the engine judges it before each step:\n  vercel-variable-replacement [advisory]: options.deleteBeforeReplace of domain",
  );
  expect(textReport(found)).toContain("Nothing is refused.");
  expect((sarifReport(found, rules) as Sarif).runs[0]?.results).toEqual([]);
  expect(junitReport(found, rules)).toContain(
    '<skipped message="not recorded: the engine judges it before each step"/>',
  );
});

test("JUnit holds no character that XML does not know", () => {
  const [first] = report.findings;
  const odd = { ...report, findings: first === undefined ? [] : [{ ...first, message: "a\u0000b\u001b[1m\nc" }] };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  expect(junitReport(odd, pack.rules)).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  expect(junitReport(odd, pack.rules)).toContain("ab[1m&#10;c");
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
