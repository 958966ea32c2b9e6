/** JUnit XML: a test case a rule, failed by what refuses, skipped by what is unknown. */
import { type Finding, isUnrecorded, type Report } from "../check.ts";
import type { Rule } from "../rule.ts";

export function junitReport(report: Report, rules: readonly Rule[]): string {
  const byRule = Map.groupBy(report.findings, ({ rule }) => rule);
  const cases = rules.map((rule) => ({ rule, findings: byRule.get(rule.name) ?? [] }));
  const failed = cases.filter(({ findings }) => findings.some(isFailure)).length;
  const skipped = cases.filter(({ findings }) => !findings.some(isFailure) && findings.some(isOpen)).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="${xml(`policy ${report.stack}`)}" tests="${cases.length}" failures="${failed}" skipped="${skipped}">`,
    ...waiverProperties(report),
    ...cases.map(({ findings, rule }) => testCase(rule, findings)),
    "</testsuite></testsuites>",
    "",
  ].join("\n");
}

/** As properties of the suite, since a preview without the unchanged resources judges no rule on waivers. */
function waiverProperties({ waivers }: Report): string[] {
  if (waivers.length === 0) return [];
  const property = ({ expires, owner, reason, rule, urn }: Report["waivers"][number]) =>
    `<property name="waiver" value="${xml(`${rule} for ${urn} until ${expires}, ${owner}: ${reason}`)}"/>`;
  return ["<properties>", ...waivers.map(property), "</properties>"];
}

function testCase(rule: Rule, findings: readonly Finding[]): string {
  const head = `<testcase classname="policy" name="${xml(`${rule.name}: ${rule.title}`)}">`;
  const failures = findings.filter(isFailure);
  const open = findings.filter(isOpen);
  const notes = findings.filter((finding) => !isFailure(finding) && !isOpen(finding));
  const lines = (some: readonly Finding[]) => xml(some.map(({ message, urn }) => `${urn}: ${message}`).join("\n"));
  const body = [
    ...(failures.length > 0 ? [`<failure message="${xml(rule.remediation)}">${lines(failures)}</failure>`] : []),
    ...(failures.length === 0 && open.length > 0 ? [`<skipped message="${whySkipped(open)}"/>`] : []),
    ...(notes.length > 0 ? [`<system-out>${lines(notes)}</system-out>`] : []),
  ];
  return `${head}${body.join("")}</testcase>`;
}

const whySkipped = (open: readonly Finding[]): string =>
  open.every(isUnrecorded) ? "not recorded: the engine judges it before each step" : "not known before the apply";
const isOpen = ({ result }: Finding): boolean => result === "unknown";
const isFailure = ({ level, result, waiver }: Finding): boolean =>
  level === "mandatory" && result !== "unknown" && waiver === undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

/** XML 1.0 knows no control characters but tab and line ends. */
function xml(text: string): string {
  const printable = [...text].filter((character) => character >= " " || /[\t\n]/.test(character)).join("");
  return printable.replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character);
}
