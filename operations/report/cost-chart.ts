/** Cost by component before and after, as paired bars, with the budget beside them in words. */
import { html } from "htm/preact";
import { amount, change } from "./money.ts";
import type { EnvironmentReview } from "./review.ts";

const ROW = 34;
const LABEL = 200;
const BARS = 420;
const VALUE = 170;
const MOST_ROWS = 24;

/** The whole against the budget: two bars, and a line where the budget ends. */
function totals({ cost: { before, after, budget }, name }: EnvironmentReview) {
  if (after === null || budget === null || budget <= 0) return null;
  const most = Math.max(before ?? 0, after, budget);
  const length = (value: number) => (value / most) * BARS;
  const percent = Math.round((after / budget) * 100);
  const title = `${name}: ${percent} % of the budget of ${amount(budget)} a month`;
  return html`<figure>
    <div class="wide" tabindex="0" role="region" aria-label=${title}>
      <svg class="chart" role="img" aria-label=${title} width=${LABEL + BARS + VALUE} height=${ROW + 4}>
        <text x=${LABEL - 8} y="21" text-anchor="end">the whole</text>
        <rect class="before" x=${LABEL} y="4" width=${length(before ?? 0)} height="11" />
        <rect class=${after > budget ? "over" : "after"} x=${LABEL} y="17" width=${length(after)} height="11" />
        <line class="budget" x1=${LABEL + length(budget)} x2=${LABEL + length(budget)} y1="0" y2=${ROW} />
        <text x=${LABEL + BARS + 8} y="21">${percent} % of ${amount(budget)}</text>
      </svg>
    </div>
    <figcaption>${title}${after > budget ? ": more than is planned" : ""}.</figcaption>
  </figure>`;
}

export function costChart(environment: EnvironmentReview) {
  const { cost, name } = environment;
  const rows = [...cost.components]
    .filter(({ before, after }) => before > 0 || after > 0)
    .sort((left, right) => Math.max(right.before, right.after) - Math.max(left.before, left.after));
  if (rows.length === 0) return null;
  const shown = rows.slice(0, MOST_ROWS);
  const most = Math.max(...shown.flatMap(({ before, after }) => [before, after]));
  const length = (value: number) => Math.max(value > 0 ? 1 : 0, (value / most) * BARS);
  const bars = shown.map(({ name: component, before, after }, index) => {
    const top = index * ROW + 4;
    const difference = change(before, after);
    return html`<g>
      <text x=${LABEL - 8} y=${top + 17} text-anchor="end">${component.slice(0, 30)}</text>
      <rect class="before" x=${LABEL} y=${top} width=${length(before)} height="11"><title>${`before: ${amount(before)}`}</title></rect>
      <rect class="after" x=${LABEL} y=${top + 13} width=${length(after)} height="11"><title>${`after: ${amount(after)}`}</title></rect>
      <text x=${LABEL + Math.max(length(before), length(after)) + 8} y=${top + 17}>${amount(after)}${difference && ` (${difference})`}</text>
    </g>`;
  });
  const title = `${name}: cost a month by component, before (pale) and after (dark)`;
  return html`${totals(environment)}<figure>
    <div class="wide" tabindex="0" role="region" aria-label=${title}>
      <svg class="chart" role="img" aria-label=${title} width=${LABEL + BARS + VALUE} height=${shown.length * ROW + 4}>${bars}</svg>
    </div>
    <figcaption>${title}.${rows.length > MOST_ROWS ? ` The ${MOST_ROWS} dearest of ${rows.length}.` : ""}</figcaption>
  </figure>`;
}
