/** The review as one HTML page: no script, no request, readable in light and dark, by screen readers, and on paper. */
import { html } from "htm/preact";
import { renderToStaticMarkup } from "preact-render-to-string";
import { nameOf, typeOf } from "../urn.ts";
import { costChart } from "./cost-chart.ts";
import { graphPicture } from "./graph.ts";
import { amount, change as moneyChange } from "./money.ts";
import { style } from "./page-style.ts";
import { byComponent, type Change, type Difference, type EnvironmentReview, losesData, type Review } from "./review.ts";
import { type Cell, table } from "./table.ts";

const list = (items: unknown[]) =>
  items.length > 0 ? html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>` : null;

const folded = (title: string, items: unknown[]) =>
  items.length > 0 ? html`<details><summary>${title} (${items.length})</summary>${list(items)}</details>` : null;

/** What is the same in every app is said once. */
function scoresOf({ headers: scores }: EnvironmentReview): string {
  const changed = scores.filter(({ before, after }) => before !== after);
  if (changed.length > 0)
    return changed.map(({ app, before, after }) => `${app} ${before ?? "–"} → ${after ?? "–"}`).join(", ");
  const points = [...new Set(scores.map(({ after }) => after ?? "–"))];
  return points.length > 0 ? `${points.join(", ")}, unchanged` : "–";
}

function policiesOf({ policy }: EnvironmentReview): Cell {
  const refused = policy.findings.filter(({ level }) => level === "mandatory").length;
  const parts = [
    [refused, "refused"],
    [policy.findings.length - refused, "advised"],
    [policy.unknown.length, "unknown"],
  ].filter(([count]) => count !== 0);
  const content = parts.map((part) => part.join(" ")).join(", ");
  return { content: content === "" ? "nothing found" : content, class: refused > 0 ? "delete" : "" };
}

function overviewRow(environment: EnvironmentReview): Cell[] {
  const { before, after, budget } = environment.cost;
  const count = (op: Change["op"]): Cell => {
    const found = environment.changes.filter((change) => change.op === op).length;
    return { content: found, class: `number ${found > 0 ? op : "quiet"}` };
  };
  return [
    { content: html`<a href=${`#${environment.name}`}>${environment.name}</a>` },
    ...(["create", "update", "replace", "delete"] as const).map(count),
    policiesOf(environment),
    {
      content: html`<span>${amount(after)} ${moneyChange(before, after)} <span class="quiet">of ${amount(budget)}</span></span>`,
    },
    { content: scoresOf(environment) },
  ];
}

const shownName = (urn: string) => nameOf(urn) || urn;

/** What one rule says of many resources is said once. */
function refusals({ policy: { findings } }: EnvironmentReview): [finding: (typeof findings)[number], urns: string[]][] {
  const mandatory = findings.filter(({ level }) => level === "mandatory");
  const groups = Map.groupBy(mandatory, ({ policy, message }) => `${policy}\n${message}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first ? [[first, [first, ...others].map(({ urn }) => urn)] as [typeof first, string[]]] : [],
  );
}

function alarms(environment: EnvironmentReview) {
  const items = [
    environment.error && html`<strong>Could not be previewed:</strong> ${environment.error}`,
    ...environment.renames.map(
      ({ from, to, alias }) =>
        html`<strong>Looks like a rename without an alias:</strong> <code title=${from}>${shownName(from)}</code> → <code title=${to}>${shownName(to)}</code> (${typeOf(from)}); add <code>${alias}</code>, and what it owns stays as it is`,
    ),
    ...environment.changes
      .filter(losesData)
      .map(
        ({ op, name, type }) =>
          html`<strong>This change ${op === "delete" ? "DELETES" : "REPLACES (deletes and makes anew)"} a resource that holds data:</strong> <code>${name}</code> (${type})`,
      ),
    ...refusals(environment).map(
      ([{ policy, message }, urns]) =>
        html`<strong>Policy <code>${policy}</code>:</strong> ${message}: ${urns.map((urn, index) => html`${index > 0 ? ", " : ""}<code title=${urn}>${shownName(urn)}</code> (${typeOf(urn)})`)}`,
    ),
    environment.variables.missing.length > 0 &&
      html`<strong>Variables without a value:</strong> ${environment.variables.missing.join(", ")}`,
  ].filter(Boolean);
  return items.length > 0
    ? html`<div class="alarm" role="alert"><strong>Read this first</strong>${list(items)}</div>`
    : null;
}

const differenceRow = ({ path, kind, before, after, replaces }: Difference): Cell[] => [
  { content: html`<code>${path}</code>${replaces && html` <span class="replace">forces the replacement</span>`}` },
  { content: kind === "add" ? html`<span class="quiet">not set</span>` : html`<code>${before}</code>` },
  { content: kind === "delete" ? html`<span class="quiet">removed</span>` : html`<code>${after}</code>` },
];

function changeDetails(change: Change) {
  const title = html`<span class=${change.op}>${change.op}</span> <code>${change.name}</code> <span class="quiet">${change.type}${change.holdsData ? ", holds data" : ""}</span>`;
  return html`<details open=${losesData(change) && change.differences.length > 0}>
    <summary>${title}</summary>
    <p class="urn quiet"><code>${change.urn}</code></p>
    ${change.differences.length > 0 && table(["property", "before", "after"], change.differences.map(differenceRow))}
  </details>`;
}

/** More changes of one component than this are unfolded on demand: a new or renamed component would bury the rest. */
const MOST_UNFOLDED = 12;

function componentChanges([component, changes]: [string, Change[]]) {
  const title = html`${component} <span class="quiet">(${changes.length})</span>`;
  if (changes.length <= MOST_UNFOLDED) return html`<h4>${title}</h4>${changes.map(changeDetails)}`;
  const [grave, others] = [changes.filter(losesData), changes.filter((change) => !losesData(change))];
  return html`<h4>${title}</h4>${grave.map(changeDetails)}
    <details><summary>${others.length} ${grave.length > 0 ? "more " : ""}changes</summary><div class="inner">${others.map(changeDetails)}</div></details>`;
}

function policies({ policy }: EnvironmentReview) {
  const advice = policy.findings.filter(({ level }) => level !== "mandatory");
  const entry = ({ policy: rule, urn, message }: { policy: string; urn: string; message: string }) =>
    html`<code>${rule}</code>: ${message} <br /><code class="quiet">${urn}</code>`;
  const waivers = policy.waivers.map(
    ({ rule, resource, reason, owner, expires }) =>
      html`<code>${rule}</code> on <code>${resource}</code> until ${expires} (${owner}): ${reason}`,
  );
  if (advice.length + policy.unknown.length + waivers.length === 0)
    return html`<p class="quiet">No advice, nothing undecided, no waiver in force.</p>`;
  return [
    folded("Advice", advice.map(entry)),
    folded("Not judged before the apply", policy.unknown.map(entry)),
    folded("Waivers in force", waivers),
  ];
}

function headers({ headers: scores }: EnvironmentReview) {
  if (scores.length === 0) return null;
  const rows = scores.map(({ app, before, after, floor, modifiers }): Cell[] => [
    { content: app },
    { content: before ?? "–", class: "number" },
    { content: after ?? "–", class: after !== null && after < floor ? "number delete" : "number" },
    { content: floor, class: "number" },
    { content: modifiers.map(({ label, points }) => `${points > 0 ? "+" : ""}${points} ${label}`).join("; ") },
  ]);
  const changed = scores.some(({ before, after, floor }) => before !== after || (after !== null && after < floor));
  return html`<h3>Header scores</h3><details open=${changed}>
    <summary>${changed ? "Points, with what they are made of" : "Unchanged, with what they are made of"}</summary>
    ${table(["app", "before", "after", "floor", "modifiers"], rows)}
  </details>`;
}

function section(environment: EnvironmentReview) {
  const { cost, variables } = environment;
  const difference = moneyChange(cost.before, cost.after);
  const groups = byComponent(environment.changes).map(componentChanges);
  const names = (title: string, values: string[]) =>
    values.length > 0 &&
    html`<p>${title}: ${values.map((value, index) => html`${index > 0 ? ", " : ""}<code>${value}</code>`)}</p>`;
  return html`<section id=${environment.name} aria-labelledby=${`${environment.name}-title`}>
    <h2 id=${`${environment.name}-title`}>${environment.name}</h2>
    ${alarms(environment)}
    <h3>Changes</h3>${groups.length > 0 ? groups : html`<p class="quiet">No changes.</p>`}
    ${environment.graph.nodes.length > 0 && html`<h3>What changes, with its neighbours</h3>${graphPicture(environment.graph, `${environment.name}: changed resources and their neighbours`)}`}
    <h3>Policies</h3>${policies(environment)}
    ${headers(environment)}
    <h3>Cost a month</h3>
    <p>${amount(cost.before)} before, <strong>${amount(cost.after)}</strong> after${difference && ` (${difference})`}; the budget is ${amount(cost.budget)}.</p>
    ${costChart(environment)}
    ${names("Without a price", cost.unpriced)}
    ${folded("Billed by use, not in the sum", cost.byUse)}
    ${
      variables.added.length + variables.removed.length + variables.missing.length > 0 &&
      html`<h3>Variables</h3>${names("Added", variables.added)}${names("Removed", variables.removed)}${names("Missing a value", variables.missing)}`
    }
  </section>`;
}

/** A commit as people write it; a branch's name stays. */
const short = (reference: string) => (/^[0-9a-f]{40}$/.test(reference) ? reference.slice(0, 12) : reference);

/** @returns a whole document. A content security policy in it forbids everything but its own style. */
export function page(review: Review): string {
  const title = `Review of ${short(review.head)} against ${short(review.base)}`;
  const body = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
      <title>${title}</title>
      <style dangerouslySetInnerHTML=${{ __html: style }}></style>
    </head>
    <body>
      <main>
        <h1>Review of <code>${short(review.head)}</code> against <code>${short(review.base)}</code></h1>
        ${table(["environment", "create", "update", "replace", "delete", "policies", "cost a month", "header scores"], review.environments.map(overviewRow))}
        ${review.environments.map(section)}
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${renderToStaticMarkup(Array.isArray(body) ? body[0] : body)}\n`;
}
