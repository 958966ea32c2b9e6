/** Amounts as people read them. */
const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

export const amount = (value: number | null): string => (value === null ? "unknown" : dollars.format(value));

/** The difference with its sign; empty when either side is unknown or nothing changed. */
export function change(before: number | null, after: number | null): string {
  if (before === null || after === null) return "";
  const difference = Math.round((after - before) * 100) / 100;
  if (difference === 0) return "";
  return difference > 0 ? `+${dollars.format(difference)}` : `−${dollars.format(-difference)}`;
}
