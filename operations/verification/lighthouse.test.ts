import { medianOf, overBudget, type PageBudget, type PageMeasurement } from "./lighthouse.ts";

const budget: PageBudget = {
  javascriptKilobytes: 170,
  cssKilobytes: 50,
  largestContentfulPaintMilliseconds: 1800,
  cumulativeLayoutShift: 0.1,
  lowestScore: 90,
};
const page = (overrides: Partial<PageMeasurement> = {}): PageMeasurement => ({
  score: 95,
  largestContentfulPaintMilliseconds: 1200,
  cumulativeLayoutShift: 0.01,
  javascriptKilobytes: 120,
  cssKilobytes: 20,
  ...overrides,
});

test("a page at its limits is within its budget", () => {
  expect(overBudget(page({ score: 90, javascriptKilobytes: 170, cssKilobytes: 50 }), budget)).toEqual([]);
});

test.each([
  [{ score: 89 }, "score 89 is under 90"],
  [{ javascriptKilobytes: 171 }, "JavaScript 171 KB is over 170 KB"],
  [{ cssKilobytes: 50.5 }, "CSS 50.5 KB is over 50 KB"],
  [{ largestContentfulPaintMilliseconds: 1801 }, "largest contentful paint 1801 ms is over 1800 ms"],
  [{ cumulativeLayoutShift: 0.2 }, "layout shift 0.2 is over 0.1"],
])("%o is over it, in words", (overrides, message) => {
  expect(overBudget(page(overrides), budget)).toEqual([message]);
});

test("what could not be measured is over every budget", () => {
  expect(overBudget(page({ score: Number.NaN, cssKilobytes: Number.NaN }), budget)).toHaveLength(2);
});

test("one bad run of three does not decide", () => {
  const runs = [page(), page({ score: 60, largestContentfulPaintMilliseconds: 4000 }), page({ score: 93 })];
  expect(overBudget(medianOf(runs), budget)).toEqual([]);
});

test("no run is no median", () => {
  expect(() => medianOf([])).toThrow(RangeError);
});
