/**
 * The review as one Markdown comment. GitHub refuses comments over 65,536 characters, so details are folded and, when the
 * whole would be too long, left out with a line that says so: what must not be missed stands first and is never cut.
 */
import { amount, change as moneyChange } from "./money.ts";
import { byComponent, type Change, type EnvironmentReview, losesData, type Review } from "./review.ts";

/** By this line the comment is found again and updated in place. */
export const MARKER = "<!-- thorbis-review -->";
const LIMIT = 65_000;

/** Inside a table or a list nothing of the data may start markup, mention somebody or end the cell. */
export function plain(text: string): string {
  return text
    .replace(/[\r\n]+/g, " ")
    .replace(/[\\`*_{}[\]<>#|~!]/g, (character) => `\\${character}`)
    .replace(/@/g, "@\u200b")
    .replace(/:\/\//g, ":\u200b//");
}

/** A code span, not for table cells: the fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const flat = text.replace(/[\r\n]+/g, " ");
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  const space = longest > 0 ? " " : "";
  return `${fence}${space}${flat}${space}${fence}`;
}

const sign: Record<Change["op"], string> = {
  create: "+",
  update: "~",
  replace: "+-",
  delete: "-",
  import: "=",
  read: ">",
};

function counts(environment: EnvironmentReview): string {
  const words = { create: "to create", update: "to update", replace: "to replace", delete: "to delete" } as const;
  const parts = Object.entries(words).flatMap(([op, word]) => {
    const count = environment.changes.filter((change) => change.op === op).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return parts.length > 0 ? parts.join(", ") : "no changes";
}

function overview(review: Review): string[] {
  const rows = review.environments.map((environment) => {
    if (environment.error) return `| ${plain(environment.name)} | **not previewed** | | | |`;
    const mandatory = environment.policy.findings.filter((finding) => finding.level === "mandatory").length;
    const advisory = environment.policy.findings.length - mandatory;
    const policies = `${mandatory} refused, ${advisory} advised, ${environment.policy.unknown.length} unknown`;
    const { before, after, budget } = environment.cost;
    const cost = [amount(after), moneyChange(before, after)].filter(Boolean).join(" ");
    const scores = environment.headers.map(({ app, before: old, after: now }) =>
      old === now ? `${app} ${now}` : `${app} ${old ?? "–"} → ${now ?? "–"}`,
    );
    return `| ${plain(environment.name)} | ${counts(environment)} | ${policies} | ${cost} of ${amount(budget)} | ${plain(scores.join(", "))} |`;
  });
  return [
    "| environment | changes | policies | cost a month | header scores |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ];
}

/** What nobody may miss: unfolded, first, and never cut. */
function alarms(review: Review): string[] {
  const lines: string[] = [];
  for (const environment of review.environments) {
    const where = plain(environment.name);
    if (environment.error)
      lines.push(`- **${where} could not be previewed:** ${plain(environment.error.slice(0, 500))}`);
    for (const { from, to, alias } of environment.renames) {
      lines.push(
        `- **${where}: looks like a rename without an alias:** ${code(from)} → ${code(to)}; add ${code(alias)}, and what it owns stays as it is`,
      );
    }
    for (const change of environment.changes.filter(losesData)) {
      const verb = change.op === "delete" ? "DELETES" : "REPLACES (deletes and makes anew)";
      lines.push(
        `- **${where}: this change ${verb} a resource that holds data:** ${code(change.name)} (${code(change.type)})`,
      );
    }
    for (const finding of environment.policy.findings.filter(({ level }) => level === "mandatory")) {
      lines.push(`- **${where}: policy** ${code(finding.policy)}: ${plain(finding.message.slice(0, 500))}`);
    }
    if (environment.variables.missing.length > 0) {
      lines.push(`- **${where}: variables without a value:** ${environment.variables.missing.map(code).join(", ")}`);
    }
  }
  return lines.length > 0 ? ["", "### Read this first", "", ...lines] : [];
}

function changeLines(change: Change): string[] {
  const differences = change.differences.map(({ path, kind, before, after, replaces }) => {
    const values = [kind === "add" ? undefined : before, kind === "delete" ? undefined : after]
      .filter((value) => value !== undefined)
      .map((value) => code(value.slice(0, 200)));
    return `  - ${code(path)} ${values.join(" → ")}${replaces ? " (forces the replacement)" : ""}`;
  });
  return [`- ${code(sign[change.op])} ${code(change.name)} ${plain(change.type)}`, ...differences];
}

function fold(title: string, lines: string[]): string[] {
  return lines.length > 0 ? ["", `<details><summary>${title}</summary>`, "", ...lines, "", "</details>"] : [];
}

/** The foldable details of one environment, most important first. */
function details(environment: EnvironmentReview): string[][] {
  const where = plain(environment.name);
  const changes = byComponent(environment.changes).flatMap(([component, list]) => [
    `**${plain(component)}**`,
    ...list.flatMap(changeLines),
  ]);
  const advice = environment.policy.findings
    .filter(({ level }) => level !== "mandatory")
    .map(({ policy, urn, message }) => `- ${code(policy)} on ${code(urn)}: ${plain(message)}`);
  const unknown = environment.policy.unknown.map(
    ({ policy, urn, message }) => `- ${code(policy)} on ${code(urn)}: ${plain(message)}`,
  );
  const waivers = environment.policy.waivers.map(
    ({ rule, resource, reason, owner, expires }) =>
      `- ${code(rule)} on ${code(resource)} until ${plain(expires)} (${plain(owner)}): ${plain(reason)}`,
  );
  const costs = environment.cost.components
    .filter(({ before, after }) => before !== after)
    .map(
      ({ name, before, after }) =>
        `- ${plain(name)}: ${amount(before)} → ${amount(after)} (${moneyChange(before, after)})`,
    );
  const unpriced =
    environment.cost.unpriced.length > 0
      ? [`- without a price: ${environment.cost.unpriced.map(code).join(", ")}`]
      : [];
  const variables = [
    ...environment.variables.added.map((name) => `- added ${code(name)}`),
    ...environment.variables.removed.map((name) => `- removed ${code(name)}`),
  ];
  return [
    fold(`${where}: ${counts(environment)}`, changes),
    fold(`${where}: cost by component`, [...costs, ...unpriced]),
    fold(`${where}: variables`, variables),
    fold(`${where}: policy advice (${advice.length})`, advice),
    fold(`${where}: not judged before the apply (${unknown.length})`, unknown),
    fold(`${where}: waivers in force (${waivers.length})`, waivers),
  ];
}

export function markdown(review: Review): string {
  const head = [MARKER, `## Review of ${code(review.head)} against ${code(review.base)}`, "", ...overview(review)];
  const first = alarms(review);
  let body = [...head, ...first].join("\n");
  if (body.length > LIMIT) body = `${body.slice(0, LIMIT - 200)}\n\n**The list above is cut: open the HTML report.**`;
  let left = 0;
  for (const block of review.environments.flatMap(details)) {
    const text = block.length > 0 ? `\n${block.join("\n")}` : "";
    if (body.length + text.length > LIMIT) left++;
    else body += text;
  }
  return left > 0 ? `${body}\n\n${left} folded parts did not fit: they are in the HTML report.\n` : `${body}\n`;
}
