import * as acm from "@pulumi/aws/acm/index.js";
import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope } from "./alarms/alarm.ts";
import { certificateExpiring } from "./alarms/certificate-expiring.ts";
import { certificateMetrics } from "./alarms/platform-metrics.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface CertificateArgs {
  /** The host name, for example `help.thorbis.com`. */
  readonly domainName: string;
  /** The zone that proves the ownership. */
  readonly zoneId: pulumi.Input<string>;
  readonly ownership: Ownership;
  /** Who is told when the renewal does not come. @default no alarm */
  readonly alarms?: Omit<AlarmScope, "parent">;
  /** Where it is used; us-east-1 for CloudFront. @default the provider's region */
  readonly region?: string;
}

/** A certificate that proves and renews itself by DNS. */
export class Certificate extends pulumi.ComponentResource {
  /** The validated certificate: whoever uses it waits for the proof. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:security:Certificate", name, {}, opts);
    const { domainName, region, zoneId } = args;
    const child = { parent: this };
    const certificate = new acm.Certificate(
      name,
      { domainName, validationMethod: "DNS", tags: tagsFor("Certificate", args.ownership), region },
      // Whoever listens with the old certificate keeps it until the new one is in place.
      child,
    );
    const proof = certificate.domainValidationOptions.apply((options) => options[0]);
    const field = (key: "resourceRecordName" | "resourceRecordValue") => proof.apply((option) => option?.[key] ?? "");
    const record = new route53.Record(
      `${name}-proof`,
      {
        zoneId,
        name: field("resourceRecordName"),
        // ACM proves by CNAME only; a value known at preview keeps the plan readable.
        type: "CNAME",
        records: [field("resourceRecordValue")],
        ttl: 300,
        allowOverwrite: true,
      },
      child,
    );
    this.arn = new acm.CertificateValidation(
      `${name}-validation`,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn], region },
      child,
    ).certificateArn;
    if (args.alarms !== undefined) {
      const { daysToExpiry } = certificateMetrics(certificate.arn);
      certificateExpiring({ ...args.alarms, parent: this }, { subject: domainName, daysToExpiry });
    }
    this.registerOutputs({ arn: this.arn });
  }
}
