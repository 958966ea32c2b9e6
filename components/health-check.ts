import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope, DeclaredAlarm } from "./alarms/alarm.ts";
import { healthCheckDown } from "./alarms/health-check-down.ts";
import { healthCheckMetrics } from "./alarms/platform-metrics.ts";
import { demand } from "./invalid-argument.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface HealthCheckArgs {
  /** What is checked, for example `site`; the alarm's subject. */
  readonly subject: string;
  /** For example `thorbis.com`. */
  readonly host: string;
  /** For example `/api/health`. */
  readonly path: string;
  readonly ownership: Ownership;
  /** Its topics must be in us-east-1: Route 53 measures there, and an alarm tells topics of its own region only. */
  readonly alarms: Omit<AlarmScope, "parent" | "region">;
  /** Text that the first 5120 bytes of the answer hold. @default none: any 2xx or 3xx is well */
  readonly expectedText?: string;
  /** Seconds between two checks from one place: 10 costs more than 30. @default 30 */
  readonly intervalSeconds?: 10 | 30;
}

/** Asks a public https endpoint from three continents whether it is well, and tells somebody when it is not. */
export class HealthCheck extends pulumi.ComponentResource {
  /** The parent of the alarms that follow from it: see AlarmGroup. */
  readonly alarm: DeclaredAlarm;
  readonly healthCheckId: pulumi.Output<string>;

  constructor(name: string, args: HealthCheckArgs, opts?: pulumi.ComponentResourceOptions) {
    const { expectedText, host, intervalSeconds = 30, path, subject } = args;
    demand(
      /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(host),
      `${name}.host`,
      `"${host}" is no public host`,
      "Write it like thorbis.com.",
    );
    demand(/^\/\S*$/.test(path), `${name}.path`, `"${path}" is no path`, "Write it like /api/health.");
    super("thorbis:monitoring:HealthCheck", name, {}, opts);
    const check = new route53.HealthCheck(
      name,
      {
        type: expectedText === undefined ? "HTTPS" : "HTTPS_STR_MATCH",
        ...(expectedText === undefined ? {} : { searchString: expectedText }),
        fqdn: host,
        port: 443,
        resourcePath: path,
        enableSni: true,
        requestInterval: intervalSeconds,
        failureThreshold: 3,
        // One place each on three continents: a broken line near one of them is not our outage.
        regions: ["us-east-1", "eu-west-1", "ap-southeast-1"],
        measureLatency: true,
        tags: { ...tagsFor("HealthCheck", args.ownership), Name: name },
      },
      { parent: this },
    );
    this.healthCheckId = check.id;
    const scope = { ...args.alarms, parent: this, region: "us-east-1" };
    this.alarm = healthCheckDown(scope, { subject, ...healthCheckMetrics(check.id) });
    this.registerOutputs({ healthCheckId: this.healthCheckId });
  }
}
