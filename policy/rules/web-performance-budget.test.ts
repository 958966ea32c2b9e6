import { project } from "../headers/testing.ts";
import { describeRule, resource } from "../testing.ts";
import { webPerformanceBudget } from "./web-performance-budget.ts";

const limits = {
  maxJavascriptBytes: 174080,
  maxCssBytes: 51200,
  maxLargestContentfulPaintMilliseconds: 1800,
  maxFirstInputDelayMilliseconds: 100,
  maxCumulativeLayoutShift: 0.1,
  maxTimeToInteractiveMilliseconds: 300,
  maxServerResponseMilliseconds: 200,
  minLighthouseScore: 90,
};
const looser = {
  maxJavascriptBytes: 180000,
  maxCssBytes: 60000,
  maxLargestContentfulPaintMilliseconds: 2500,
  maxFirstInputDelayMilliseconds: 300,
  maxCumulativeLayoutShift: 0.25,
  maxTimeToInteractiveMilliseconds: 1000,
  maxServerResponseMilliseconds: 500,
  minLighthouseScore: 80,
};

describeRule(webPerformanceBudget, {
  compliant: [project, resource("shop:web:PerformanceBudget", "budget", { app: "shop", limits })],
  mutations: {
    "accepts stricter limits": {
      on: "budget",
      set: { "limits.maxCssBytes": 1000, "limits.minLighthouseScore": 95 },
      says: [],
    },
    "refuses a project without budget": { on: "budget", without: true, says: "declares no performance budget" },
    "refuses the budget of another app": {
      on: "budget",
      set: { app: "other" },
      says: "declares no performance budget",
    },
    "refuses a limit that is missing": {
      on: "budget",
      set: { "limits.maxCssBytes": undefined },
      says: "maxCssBytes is not set",
    },
    "refuses every limit that is looser than the organisation's": {
      on: "budget",
      set: { limits: looser },
      says: Object.entries(looser).map(
        ([name, value]) => `${name} is ${value}, the organisation's is ${limits[name as keyof typeof limits]}`,
      ),
    },
    "finds the budget of the component around the project": {
      extra: { parent: "urn:app" },
      on: "shop",
      add: [
        { ...resource("shop:web:App", "app", {}), urn: "urn:app" },
        resource("shop:web:PerformanceBudget", "inside", { app: "x", limits }, { parent: "urn:app" }),
      ],
      says: [],
    },
  },
  unknown: ["budget:limits"],
  elsewhere: { development: "advisory", staging: "advisory" },
});
