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
          .filter(isResult)
          .map((finding) => resultOf(finding, index.get(finding.rule) ?? -1, program)),
        invocations: [
          {
            executionSuccessful: report.findings.every(({ result }) => result !== "broken"),
            toolExecutionNotifications: report.findings
              .filter((finding) => !isResult(finding) && !isUnrecorded(finding))
              .map((finding) => notificationOf(finding, index.get(finding.rule) ?? -1, program)),
          },
        ],
        properties: { waivers: report.waivers, partial: report.partial },
      },
    ],
  };
}

/** A code host shows every result as an alert: what is open, and what is waived in order, is a notice of the run. */
const isResult = ({ result, rule }: Finding): boolean => result !== "unknown" && rule !== "pulumi-waiver-in-force";

function notificationOf(finding: Finding, index: number, program: string): object {
  const { property, rule, message } = finding;
  return {
    level: "note",
    associatedRule: { id: rule, index },
    message: { text: message },
    locations: [locationOf(finding, program)],
    ...(property === undefined ? {} : { properties: { unknown: property } }),
  };
}

function resultOf(finding: Finding, ruleIndex: number, program: string): object {
  const { level, message, remediation, rule, urn, waiver } = finding;
  return {
    ruleId: rule,
    ruleIndex,
    level: level === "mandatory" ? "error" : "warning",
    kind: "fail",
    message: { text: `${message}. ${remediation}` },
    locations: [locationOf(finding, program)],
    // The same finding keeps its identity when lines move.
    partialFingerprints: { "ruleAndResource/v1": `${rule}:${urn}:${message}` },
    ...(waiver === undefined
      ? {}
      : {
          suppressions: [
            { kind: "external", justification: `${waiver.reason} (${waiver.owner}, until ${waiver.expires})` },
          ],
        }),
  };
}

/** What a library registered, or nobody's line is known of, points to the program. */
function locationOf({ source, urn }: Finding, program: string): object {
  const own = source !== undefined && !/^(\/|\.\.\/|node_modules\/)/.test(source.file);
  return {
    physicalLocation: {
      artifactLocation: { uri: encodeURI(own ? source.file : program) },
      region: { startLine: own ? source.line : 1 },
    },
    logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }],
  };
}
