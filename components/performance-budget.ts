import * as pulumi from "@pulumi/pulumi";
import { demand } from "./invalid-argument.ts";

export interface PerformanceBudgetArgs {
  /** The app whose pages are measured. */
  readonly app: string;
  /** JavaScript of a page's first load, in bytes after compression. @default 174080 (170 KB) */
  readonly maxJavascriptBytes?: number;
  /** Style sheets of a page's first load, in bytes after compression. @default 51200 (50 KB) */
  readonly maxCssBytes?: number;
  /** Largest contentful paint. @default 1800 */
  readonly maxLargestContentfulPaintMilliseconds?: number;
  /** First input delay. @default 100 */
  readonly maxFirstInputDelayMilliseconds?: number;
  /** Cumulative layout shift, without unit. @default 0.1 */
  readonly maxCumulativeLayoutShift?: number;
  /** Time to interactive. @default 300 */
  readonly maxTimeToInteractiveMilliseconds?: number;
  /** The server's part of a page's time. @default 200 */
  readonly maxServerResponseMilliseconds?: number;
  /** Lighthouse's performance score. @default 90 */
  readonly minLighthouseScore?: number;
}

/** What a page may cost its visitors: every number decided. */
export type PerformanceLimits = Readonly<Required<Omit<PerformanceBudgetArgs, "app">>>;

/** The organisation's budget, from the maintenance guide; an app may be held to less, never to more. */
export const organisationBudget: PerformanceLimits = {
  maxJavascriptBytes: 170 * 1024,
  maxCssBytes: 50 * 1024,
  maxLargestContentfulPaintMilliseconds: 1800,
  maxFirstInputDelayMilliseconds: 100,
  maxCumulativeLayoutShift: 0.1,
  maxTimeToInteractiveMilliseconds: 300,
  maxServerResponseMilliseconds: 200,
  minLighthouseScore: 90,
};

/**
 * A performance budget as part of the declaration. It makes nothing in the cloud: the build's checks, Lighthouse and
 * the policies read its outputs, so the budget changes in a pull request like everything else.
 */
export class PerformanceBudget extends pulumi.ComponentResource {
  readonly app: pulumi.Output<string>;
  readonly limits: pulumi.Output<PerformanceLimits>;

  constructor(name: string, args: PerformanceBudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    const { app, ...limits } = args;
    const decided = { ...organisationBudget, ...limits };
    validate(name, decided);
    // The limits are inputs too, so that a policy sees them before the deployment.
    super("thorbis:web:PerformanceBudget", name, { app, limits: decided }, opts);
    this.app = pulumi.output(app);
    this.limits = pulumi.output(decided);
    this.registerOutputs({ app: this.app, limits: this.limits });
  }
}

function validate(name: string, limits: PerformanceLimits): void {
  for (const key of Object.keys(organisationBudget) as (keyof PerformanceLimits)[]) {
    const looser = key.startsWith("min")
      ? limits[key] < organisationBudget[key]
      : limits[key] > organisationBudget[key];
    demand(
      limits[key] > 0 && !looser,
      `${name}.${key}`,
      `${limits[key]} is looser than the organisation's ${organisationBudget[key]}, or not above 0`,
      `Write ${organisationBudget[key]} or something stricter.`,
    );
  }
}
