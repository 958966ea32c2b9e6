import { decideRetention } from "./retention.ts";
import type { BackupSet } from "./sets.ts";
import { fallsAgainstTrend } from "./trend.ts";

const now = new Date("2026-11-21T12:00:00Z");
const rules = { days: 30, keepVerified: 2, months: 0 };

/** A set of so many days ago; only what retention looks at. */
function set(daysAgo: number, standing: BackupSet["standing"] = "verified"): BackupSet {
  const createdAt = new Date(now.getTime() - daysAgo * 86_400_000).toISOString();
  return { manifest: { id: `${daysAgo}`, createdAt } as BackupSet["manifest"], proofs: [], standing };
}
const removed = (sets: readonly BackupSet[], changes: Partial<typeof rules> = {}, at = now): string[] =>
  decideRetention(sets, { ...rules, ...changes }, at)
    .filter(({ keep }) => !keep)
    .map(({ id }) => id);

it("lets an old set go once enough newer verified ones exist", () => {
  expect(removed([set(60), set(40), set(2), set(1)])).toEqual(["60", "40"]);
});

it("never goes below the number of verified sets, whatever their age", () => {
  expect(removed([set(90), set(60)])).toEqual([]);
  expect(removed([set(90), set(60), set(50)])).toEqual(["90"]);
});

it("does not count a damaged set as a verified one", () => {
  expect(removed([set(90), set(60), set(2, "damaged"), set(1, "damaged")])).toEqual([]);
});

it("keeps the oldest verified set when everything newer is damaged, even with a clock far ahead", () => {
  const future = new Date("2036-01-01T00:00:00Z");
  expect(removed([set(60), set(2, "damaged")], { keepVerified: 1 }, future)).not.toContain("60");
});

it("keeps the first set of each declared month", () => {
  const kept = decideRetention([set(82), set(80), set(50), set(45), set(1), set(0.5)], { ...rules, months: 2 }, now);
  expect(kept.filter(({ keep }) => keep).map(({ id, reason }) => `${id} ${reason}`)).toEqual([
    "50 the set of 2026-10",
    "1 younger than 30 days",
    "0.5 younger than 30 days",
  ]);
});

it("compares size and rows with the median of the recent sets", () => {
  const manifest = (bytes: number, orders: number) =>
    ({ files: [{ bytes }], rowCounts: { orders } }) as unknown as BackupSet["manifest"];
  const recent = [manifest(100, 10), manifest(1, 10), manifest(110, 10), manifest(105, 10), manifest(100, 10)];
  const { files } = manifest(70, 0);
  expect(fallsAgainstTrend(recent, { files, rowCounts: { orders: 10 } }, 20)).toEqual([
    { what: "stored bytes", usual: 100, now: 70, percent: 30 },
  ]);
  expect(fallsAgainstTrend(recent, { rowCounts: { orders: 0, newcomers: 0 } }, 20).map(({ what }) => what)).toEqual([
    "rows of orders",
  ]);
  expect(fallsAgainstTrend([], { files }, 20)).toEqual([]);
});
