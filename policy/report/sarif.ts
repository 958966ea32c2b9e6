/** SARIF 2.1.0, so that a code host shows the findings in the pull request. https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
import { type Finding, isUnrecorded, type Report } from "../check.ts";
import type { Rule } from "../rule.ts";

/** GitHub orders findings by this score, 0 to 10. */
const SCORES = { low: "3.0", medium: "5.5", high: "8.0", critical: "9.5" };

/** `program`: the file that findings without a known line point to. */
export function sarifReport(report: Report, rules: readonly Rule[], program = "index.ts"): object {
  const index = new Map(rules.map(({ name }, position) => [name, position]));
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "policy",
            rules: rules.map((rule) => ({
              id: rule.name,
              name: rule.title,
              shortDescription: { text: rule.title },
              fullDescription: { text: rule.description },
              help: { text: rule.remediation },
              defaultConfiguration: { level: rule.severity === "low" ? "warning" : "error" },
              helpUri: rule.link,
              properties: {
                "security-severity": SCORES[rule.severity],
                tags: ["security", ...rule.frameworks.map(({ name, reference }) => `${name} ${reference}`)],
              },
            })),
          },
        },
        // With the last slash the whole is a category: one environment's upload does not replace another's.
        automationDetails: { id: `policy/${report.stack}/` },
        columnKind: "utf16CodeUnits",
        results: report.findings
          .filter((finding) => !isUnrecorded(finding))
          .map((finding) => resultOf(finding, index.get(finding.rule) ?? -1, program)),
        properties: { waivers: report.waivers, partial: report.partial },
      },
    ],
  };
}

function resultOf(finding: Finding, ruleIndex: number, program: string): object {
  const { message, remediation, source, urn, waiver } = finding;
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: levelOf(finding),
    kind: kindOf(finding),
    message: { text: `${message}. ${remediation}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(source?.file ?? program) },
          region: { startLine: source?.line ?? 1 },
        },
        logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }],
      },
    ],
    // The same finding keeps its identity when lines move.
    partialFingerprints: { "ruleAndResource/v1": `${finding.rule}:${urn}:${message}` },
    ...(waiver === undefined
      ? {}
      : {
          suppressions: [
            { kind: "external", justification: `${waiver.reason} (${waiver.owner}, until ${waiver.expires})` },
          ],
        }),
  };
}

function kindOf({ result, rule }: Finding): "fail" | "informational" | "open" {
  if (result === "unknown") return "open";
  return rule === "pulumi-waiver-in-force" ? "informational" : "fail";
}

/** SARIF wants no level of what did not fail. */
function levelOf(finding: Finding): "error" | "warning" | "none" {
  if (kindOf(finding) !== "fail") return "none";
  return finding.level === "mandatory" ? "error" : "warning";
}
