import { record } from "../testing/mocks.ts";
import { organisationBudget, PerformanceBudget } from "./performance-budget.ts";

test("declares the organisation's budget exactly, where a policy can see it", async () => {
  const { resources } = await record(() => void new PerformanceBudget("site-budget", { app: "site" }));
  expect(resources).toHaveLength(1);
  expect(organisationBudget).toEqual({
    maxJavascriptBytes: 174_080,
    maxCssBytes: 51_200,
    maxLargestContentfulPaintMilliseconds: 1800,
    maxFirstInputDelayMilliseconds: 100,
    maxCumulativeLayoutShift: 0.1,
    maxTimeToInteractiveMilliseconds: 300,
    maxServerResponseMilliseconds: 200,
    minLighthouseScore: 90,
  });
});

test("holds an app to less than the organisation allows", async () => {
  const { resources } = await record(
    () => void new PerformanceBudget("ret-budget", { app: "ret", maxCssBytes: 20_000, minLighthouseScore: 95 }),
  );
  expect(resources).toHaveLength(1);
});

test.each([
  ["maxJavascriptBytes", 174_081],
  ["maxCumulativeLayoutShift", 0.2],
  ["minLighthouseScore", 89],
  ["maxCssBytes", 0],
] as const)("refuses a looser %s", (key, value) => {
  expect(() => new PerformanceBudget("hs-budget", { app: "hs", [key]: value })).toThrow(`hs-budget.${key}`);
});
