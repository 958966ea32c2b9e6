/** JUnit XML: a test case a rule, failed by what refuses, skipped by what is unknown. */
import type { Finding, Report } from "../check.ts";
import type { Rule } from "../rule.ts";

export function junitReport(report: Report, rules: readonly Rule[]): string {
  const byRule = Map.groupBy(report.findings, ({ rule }) => rule);
  const cases = rules.map((rule) => ({ rule, findings: byRule.get(rule.name) ?? [] }));
  const failed = cases.filter(({ findings }) => findings.some(isFailure)).length;
  const skipped = cases.filter(({ findings }) => !findings.some(isFailure) && findings.some(isOpen)).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="${xml(`policy ${report.stack}`)}" tests="${cases.length}" failures="${failed}" skipped="${skipped}">`,
    ...cases.map(({ findings, rule }) => testCase(rule, findings)),
    "</testsuite></testsuites>",
    "",
  ].join("\n");
}

function testCase(rule: Rule, findings: readonly Finding[]): string {
  const head = `<testcase classname="policy" name="${xml(`${rule.name}: ${rule.title}`)}">`;
  const failures = findings.filter(isFailure);
  const open = findings.filter(isOpen);
  const notes = findings.filter((finding) => !isFailure(finding) && !isOpen(finding));
  const lines = (some: readonly Finding[]) => xml(some.map(({ message, urn }) => `${urn}: ${message}`).join("\n"));
  const body = [
    ...(failures.length > 0 ? [`<failure message="${xml(rule.remediation)}">${lines(failures)}</failure>`] : []),
    ...(failures.length === 0 && open.length > 0 ? [`<skipped message="not known before the apply"/>`] : []),
    ...(notes.length > 0 ? [`<system-out>${lines(notes)}</system-out>`] : []),
  ];
  return `${head}${body.join("")}</testcase>`;
}

const isOpen = ({ result }: Finding): boolean => result === "unknown";
const isFailure = ({ level, result, waiver }: Finding): boolean =>
  level === "mandatory" && result !== "unknown" && waiver === undefined;

function xml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
