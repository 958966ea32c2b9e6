/** Cost by component before and after, as paired bars, with the budget beside them in words. */
import { html } from "htm/preact";
import { amount, change } from "./money.ts";
import type { EnvironmentReview } from "./review.ts";

/** Shares of the width, so that the chart fits every screen: labels stand above their bars, amounts behind them. */
const BARS = 62;
const ROW = 46;
const MOST_ROWS = 24;

const percent = (value: number) => `${Math.round(value * 100) / 100}%`;

/** One pair of bars under its label. @param most the value that takes the whole of the bars' width */
function pair(
  label: string,
  values: { before: number; after: number; most: number; told: string; over?: boolean },
  top: number,
) {
  const { before, after, most, told, over } = values;
  const length = (value: number) => Math.max(value > 0 ? 0.3 : 0, (value / most) * BARS);
  return html`<g>
    <text x="0" y=${top + 13}>${label}</text>
    <rect class="before" x="0" y=${top + 19} width=${percent(length(before))} height="9"><title>${`before: ${amount(before)}`}</title></rect>
    <rect class=${over ? "over" : "after"} x="0" y=${top + 29} width=${percent(length(after))} height="9"><title>${`after: ${amount(after)}`}</title></rect>
    <text x=${percent(Math.max(length(before), length(after)))} dx="8" y=${top + 33}>${told}</text>
  </g>`;
}

/** The whole against the budget: two bars, and a line where the budget ends. */
function totals({ cost: { before, after, budget }, name }: EnvironmentReview) {
  if (after === null || budget === null || budget <= 0) return null;
  const most = Math.max(before ?? 0, after, budget);
  const share = Math.round((after / budget) * 100);
  const title = `${name}: ${share} % of the budget of ${amount(budget)} a month`;
  const end = percent((budget / most) * BARS);
  // Behind the budget's line, wherever the bars end.
  const told = `${share} %`;
  const over = after > budget;
  return html`<figure>
    <svg class="chart" role="img" aria-label=${title} width="100%" height=${ROW}>
      ${pair("the whole", { before: before ?? 0, after, most, told, over }, 0)}
      <line class="budget" x1=${end} x2=${end} y1="6" y2=${ROW - 4} />
      <text x=${end} dx="6" y="13">${amount(budget)}</text>
    </svg>
    <figcaption>${title}${over ? ": more than is planned" : ""}.</figcaption>
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
  const bars = shown.map(({ name: component, before, after }, index) => {
    const difference = change(before, after);
    const told = `${amount(after)}${difference && ` (${difference})`}`;
    return pair(component.slice(0, 60), { before, after, most, told }, index * ROW);
  });
  const title = `${name}: cost a month by component, before (above) and after (below)`;
  return html`${totals(environment)}<figure>
    <svg class="chart" role="img" aria-label=${title} width="100%" height=${shown.length * ROW}>${bars}</svg>
    <figcaption>${title}.${rows.length > MOST_ROWS ? ` The ${MOST_ROWS} dearest of ${rows.length}.` : ""}</figcaption>
  </figure>`;
}
