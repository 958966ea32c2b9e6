/** The report for people: what is wrong first, then what could not be judged, then what is waived. */
import { type Finding, isUnrecorded, type Report, refusing, undecided } from "../check.ts";

export function textReport(report: Report): string {
  const refused = refusing(report.findings);
  const advised = report.findings.filter(
    ({ level, result, waiver }) => level === "advisory" && result !== "unknown" && waiver === undefined,
  );
  const unknown = report.findings.filter(({ result }) => result === "unknown");
  return [
    `${report.stack} (${report.tier}): ${report.rules} rules, ${report.resources} resources`,
    ...section("Refused", refused),
    ...section(
      "Advised",
      advised.filter(({ rule }) => rule !== "pulumi-waiver-in-force"),
    ),
    ...undecidedSection(
      "Undecided, because not known before the apply",
      unknown.filter((finding) => !isUnrecorded(finding)),
    ),
    ...undecidedSection(
      "Not recorded here, so only the engine judges it before each step",
      unknown.filter(isUnrecorded),
    ),
    ...waiverSection(report),
    ...scoreSection(report),
    ...costSection(report),
    ...(report.partial
      ? [
          "",
          "Unchanged resources are not in this preview: rules that span resources were not judged. Check the state as well.",
        ]
      : []),
    "",
    verdict(refused, undecided(report.findings)),
  ].join("\n");
}

function section(title: string, findings: readonly Finding[]): string[] {
  const lines: string[] = [];
  for (const [rule, same] of Map.groupBy(findings, ({ rule }) => rule)) {
    const [first] = same;
    if (first === undefined) continue;
    lines.push("", `  ${rule} [${first.severity}] ${first.title}`);
    for (const { message, source, urn } of same) {
      lines.push(`    ${nameOf(urn)}${source === undefined ? "" : ` (${source.file}:${source.line})`}: ${message}`);
    }
    lines.push(`    Mend: ${first.remediation}`, `    Why:  ${first.link}`);
  }
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}

function undecidedSection(title: string, findings: readonly Finding[]): string[] {
  const groups = Map.groupBy(findings, ({ level, property = "?", rule }) => `${rule} [${level}]: ${property}`);
  const lines = [...groups].map(([what, same]) => {
    const names = same.map(({ urn }) => nameOf(urn));
    return `  ${what} of ${names.length > 4 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} others` : names.join(", ")}`;
  });
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}

function waiverSection({ waivers }: Report): string[] {
  if (waivers.length === 0) return [];
  const lines = waivers.map(
    ({ expires, owner, reason, rule, urn }) => `  ${rule} for ${nameOf(urn)} until ${expires}, ${owner}: ${reason}`,
  );
  return ["", "Waivers in force:", ...lines];
}

function scoreSection({ scores }: Report): string[] {
  if (scores.length === 0) return [];
  const lines = scores.flatMap(({ name, path, score }) => {
    if (score === undefined) return [`  ${name}: not known before the apply`];
    const modifiers = score.modifiers.filter(({ points }) => points !== 0);
    return [
      `  ${name}: ${score.points} (${score.grade}) on ${path}`,
      ...modifiers.map(({ points, reason }) => `    ${points > 0 ? "+" : ""}${points} ${reason}`),
    ];
  });
  return ["", "HTTP Observatory:", ...lines];
}

function costSection({ cost, costChange = {} }: Report): string[] {
  if (cost.lines.length === 0 && cost.unknown.length === 0) return [];
  const components = Object.entries(cost.components).sort((a, b) => b[1] - a[1]);
  const width = Math.max(0, ...components.map(([name]) => name.length));
  return [
    "",
    `Cost: ${cost.perMonth} ${cost.currency} a month, fixed part (${cost.source}, ${cost.date})`,
    ...components.map(
      ([name, amount]) => `  ${name.padEnd(width)}  ${amount.toFixed(2)}${changeText(costChange[name])}`,
    ),
    ...Object.entries(costChange)
      .filter(([name]) => cost.components[name] === undefined)
      .map(([name, change]) => `  ${name.padEnd(width)}  0.00${changeText(change)}`),
    ...cost.unknown.map(({ name, reason }) => `  not in the sum: ${name}, ${reason}`),
  ];
}

const changeText = (change: number | undefined): string =>
  change === undefined ? "" : ` (${change > 0 ? "+" : ""}${change.toFixed(2)})`;

function verdict(refused: readonly Finding[], unknown: readonly Finding[]): string {
  const open =
    unknown.length === 0
      ? ""
      : unknown.length === 1
        ? ", 1 mandatory judgement is open until the apply"
        : `, ${unknown.length} mandatory judgements are open until the apply`;
  if (refused.length === 0) return `Nothing is refused${open}.`;
  return `${refused.length === 1 ? "1 finding refuses" : `${refused.length} findings refuse`} the deployment${open}.`;
}

const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2) || urn;
