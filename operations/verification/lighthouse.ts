/**
 * Lighthouse on a page: the median of several runs for what depends on time, and hard gates for bytes, which do not.
 * One run alone is noise: its score moves by ten points on an unchanged page.
 */
import { type Check, CheckFailed } from "./check.ts";

/** Limits of a page; those of the stack's performance budget. Times in milliseconds, sizes in kilobytes of transfer. */
export interface PageBudget {
  javascriptKilobytes: number;
  cssKilobytes: number;
  largestContentfulPaintMilliseconds: number;
  cumulativeLayoutShift: number;
  /** 0 to 100. */
  lowestScore: number;
}

export interface PageMeasurement {
  score: number;
  largestContentfulPaintMilliseconds: number;
  cumulativeLayoutShift: number;
  javascriptKilobytes: number;
  cssKilobytes: number;
}

interface ResourceItem {
  resourceType?: string;
  transferSize?: number;
}

/** @throws Error when the browser or Lighthouse could not judge the page: that is no pass */
export async function measure(url: string, chromePath?: string): Promise<PageMeasurement> {
  // Loaded when wanted: together they are most of what this program could load.
  const [{ launch }, { default: lighthouse }] = await Promise.all([import("chrome-launcher"), import("lighthouse")]);
  const chrome = await launch({
    ...(chromePath !== undefined && { chromePath }),
    chromeFlags: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
    ],
    logLevel: "silent",
  });
  try {
    const result = await lighthouse(url, {
      port: chrome.port,
      onlyCategories: ["performance"],
      output: "json",
      logLevel: "silent",
    });
    const report = result?.lhr;
    if (!report || report.runtimeError) throw new Error(report?.runtimeError?.message ?? "Lighthouse gave no report");
    const { details } = report.audits["network-requests"] ?? {};
    const requests = (details && "items" in details ? details.items : []) as ResourceItem[];
    const kilobytes = (type: string) =>
      requests
        .filter(({ resourceType }) => resourceType === type)
        .reduce((sum, item) => sum + (item.transferSize ?? 0), 0) / 1024;
    return {
      score: Math.round((report.categories.performance?.score ?? 0) * 100),
      largestContentfulPaintMilliseconds:
        report.audits["largest-contentful-paint"]?.numericValue ?? Number.POSITIVE_INFINITY,
      cumulativeLayoutShift: report.audits["cumulative-layout-shift"]?.numericValue ?? Number.POSITIVE_INFINITY,
      javascriptKilobytes: kilobytes("Script"),
      cssKilobytes: kilobytes("Stylesheet"),
    };
  } finally {
    chrome.kill();
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Each figure's median over the runs. @throws RangeError for no run at all */
export function medianOf(runs: readonly PageMeasurement[]): PageMeasurement {
  if (runs.length === 0) throw new RangeError("no run to take the median of");
  const of = (key: keyof PageMeasurement) => median(runs.map((run) => run[key]));
  return {
    score: of("score"),
    largestContentfulPaintMilliseconds: of("largestContentfulPaintMilliseconds"),
    cumulativeLayoutShift: of("cumulativeLayoutShift"),
    javascriptKilobytes: of("javascriptKilobytes"),
    cssKilobytes: of("cssKilobytes"),
  };
}

/** What is over its budget, in words; empty when nothing is. */
export function overBudget(page: PageMeasurement, budget: PageBudget): string[] {
  const faults: string[] = [];
  const most = (label: string, value: number, limit: number, unit: string) => {
    if (!(value <= limit)) faults.push(`${label} ${Math.round(value * 100) / 100}${unit} is over ${limit}${unit}`);
  };
  if (!(page.score >= budget.lowestScore)) faults.push(`score ${page.score} is under ${budget.lowestScore}`);
  most("JavaScript", page.javascriptKilobytes, budget.javascriptKilobytes, " KB");
  most("CSS", page.cssKilobytes, budget.cssKilobytes, " KB");
  most(
    "largest contentful paint",
    page.largestContentfulPaintMilliseconds,
    budget.largestContentfulPaintMilliseconds,
    " ms",
  );
  most("layout shift", page.cumulativeLayoutShift, budget.cumulativeLayoutShift, "");
  return faults;
}

export function lighthouseCheck(
  url: string,
  budget: PageBudget,
  options: { runs?: number; chromePath?: string } = {},
): Check {
  const { runs = 3, chromePath } = options;
  return {
    name: `lighthouse ${url}`,
    remedy: "compare with the last release's report; a heavier bundle shows as bytes, a slower server as paint",
    async run() {
      const measured: PageMeasurement[] = [];
      for (let run = 0; run < runs; run++) measured.push(await measure(url, chromePath));
      const page = medianOf(measured);
      const faults = overBudget(page, budget);
      if (faults.length > 0) throw new CheckFailed(faults.join("; "));
      return `scores ${page.score}, paints after ${Math.round(page.largestContentfulPaintMilliseconds)} ms`;
    },
  };
}
