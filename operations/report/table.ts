/** A table that stays one for screen readers when a narrow screen shows its rows as lists of named values. */
import { html } from "htm/preact";

export interface Cell {
  content: unknown;
  class?: string;
}

/** @param rows the first cell of each names it */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[]) {
  const row = ([first, ...others]: readonly Cell[]) => html`<tr role="row">
    <th role="rowheader" scope="row" class=${first?.class ?? ""}>${first?.content}</th>
    ${others.map((cell, index) => html`<td role="cell" class=${cell.class ?? ""} data-label=${heads[index + 1]}>${cell.content}</td>`)}
  </tr>`;
  // The roles are what the elements have by themselves until a style sheet takes it from them.
  return html`<div class="frame"><table role="table">
    <thead role="rowgroup"><tr role="row">${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
    <tbody role="rowgroup">${rows.map(row)}</tbody>
  </table></div>`;
}
