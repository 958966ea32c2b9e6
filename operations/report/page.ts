/** The review as one HTML page: no script, no request, readable in light and dark, by screen readers, and on paper. */
import { html } from "htm/preact";
import { renderToStaticMarkup } from "preact-render-to-string";
import { costChart } from "./cost-chart.ts";
import { graphPicture } from "./graph.ts";
import { amount, change as moneyChange } from "./money.ts";
import { style } from "./page-style.ts";
import { byComponent, type Change, type Difference, type EnvironmentReview, losesData, type Review } from "./review.ts";

const list = (items: unknown[]) =>
  items.length > 0 ? html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>` : null;

const folded = (title: string, items: unknown[]) =>
  items.length > 0 ? html`<details><summary>${title} (${items.length})</summary>${list(items)}</details>` : null;

function overviewRow(environment: EnvironmentReview) {
  const count = (op: Change["op"]) => environment.changes.filter((change) => change.op === op).length;
  const { before, after, budget } = environment.cost;
  const mandatory = environment.policy.findings.filter(({ level }) => level === "mandatory").length;
  const scores = environment.headers.map(({ app, before: old, after: now }) =>
    old === now ? `${app} ${now ?? "–"}` : `${app} ${old ?? "–"} → ${now ?? "–"}`,
  );
  return html`<tr>
    <th scope="row"><a href=${`#${environment.name}`}>${environment.name}</a></th>
    ${(["create", "update", "replace", "delete"] as const).map((op) => html`<td class=${`number ${count(op) > 0 ? op : "quiet"}`}>${count(op)}</td>`)}
    <td class=${mandatory > 0 ? "delete" : ""}>${mandatory} refused, ${environment.policy.findings.length - mandatory} advised, ${environment.policy.unknown.length} unknown</td>
    <td>${amount(after)} ${moneyChange(before, after)}<br /><span class="quiet">of ${amount(budget)}</span></td>
    <td>${scores.join(", ")}</td>
  </tr>`;
}

function alarms(environment: EnvironmentReview) {
  const items = [
    environment.error && html`<strong>Could not be previewed:</strong> ${environment.error}`,
    ...environment.changes
      .filter(losesData)
      .map(
        ({ op, name, type }) =>
          html`<strong>This change ${op === "delete" ? "DELETES" : "REPLACES (deletes and makes anew)"} a resource that holds data:</strong> <code>${name}</code> (${type})`,
      ),
    ...environment.renames.map(
      ({ from, to, alias }) =>
        html`<strong>Looks like a rename without an alias:</strong> <code>${from}</code> → <code>${to}</code>; add <code>${alias}</code>`,
    ),
    ...environment.policy.findings
      .filter(({ level }) => level === "mandatory")
      .map(
        ({ policy, urn, message }) =>
          html`<strong>Policy <code>${policy}</code>:</strong> ${message} <br /><code>${urn}</code>`,
      ),
    environment.variables.missing.length > 0 &&
      html`<strong>Variables without a value:</strong> ${environment.variables.missing.join(", ")}`,
  ].filter(Boolean);
  return items.length > 0
    ? html`<div class="alarm" role="alert"><strong>Read this first</strong>${list(items)}</div>`
    : null;
}

function differenceRow({ path, kind, before, after, replaces }: Difference) {
  return html`<tr>
    <td><code>${path}</code>${replaces && html` <span class="replace">forces the replacement</span>`}</td>
    <td>${kind === "add" ? html`<span class="quiet">not set</span>` : html`<code>${before}</code>`}</td>
    <td>${kind === "delete" ? html`<span class="quiet">removed</span>` : html`<code>${after}</code>`}</td>
  </tr>`;
}

function changeDetails(change: Change) {
  const title = html`<span class=${change.op}>${change.op}</span> <code>${change.name}</code> <span class="quiet">${change.type}${change.holdsData ? ", holds data" : ""}</span>`;
  return html`<details open=${losesData(change)}>
    <summary>${title}</summary>
    <p class="quiet"><code>${change.urn}</code></p>
    ${
      change.differences.length > 0 &&
      html`<table>
        <thead><tr><th scope="col">property</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
        <tbody>${change.differences.map(differenceRow)}</tbody>
      </table>`
    }
  </details>`;
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

function headers({ name, headers: scores }: EnvironmentReview) {
  if (scores.length === 0) return null;
  const rows = scores.map(
    ({ app, before, after, floor, modifiers }) => html`<tr>
      <th scope="row">${app}</th><td class="number">${before ?? "–"}</td>
      <td class=${after !== null && after < floor ? "number delete" : "number"}>${after ?? "–"}</td><td class="number">${floor}</td>
      <td>${modifiers.map(({ label, points }) => `${points > 0 ? "+" : ""}${points} ${label}`).join("; ")}</td>
    </tr>`,
  );
  const changed = scores.some(({ before, after, floor }) => before !== after || (after !== null && after < floor));
  return html`<h3>Header scores</h3><details open=${changed}><summary>${changed ? "Points, with what they are made of" : "Unchanged, with what they are made of"}</summary><div class="frame" tabindex="0" role="region" aria-label=${`${name}: header scores`}><table>
    <thead><tr><th scope="col">app</th><th scope="col">before</th><th scope="col">after</th><th scope="col">floor</th><th scope="col">modifiers</th></tr></thead>
    <tbody>${rows}</tbody>
  </table></div></details>`;
}

function section(environment: EnvironmentReview) {
  const { cost, variables } = environment;
  const difference = moneyChange(cost.before, cost.after);
  const groups = byComponent(environment.changes).map(
    ([component, changes]) =>
      html`<h4>${component} <span class="quiet">(${changes.length})</span></h4>${changes.map(changeDetails)}`,
  );
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
        <div class="frame" tabindex="0" role="region" aria-label="All environments">
        <table>
          <thead><tr>${["environment", "create", "update", "replace", "delete", "policies", "cost a month", "header scores"].map((text) => html`<th scope="col">${text}</th>`)}</tr></thead>
          <tbody>${review.environments.map(overviewRow)}</tbody>
        </table>
        </div>
        ${review.environments.map(section)}
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${renderToStaticMarkup(Array.isArray(body) ? body[0] : body)}\n`;
}
