import * as route53 from "@pulumi/aws/route53/index.js";
import * as sesv2 from "@pulumi/aws/sesv2/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { AlarmScope } from "./alarms/alarm.ts";
import { mailReputation } from "./alarms/mail-reputation.ts";
import { demand } from "./invalid-argument.ts";
import { type Ownership, tagsFor } from "./tags.ts";

/** Who sends: Amazon SES, or a server that exists elsewhere. */
export type MailSender =
  | { readonly kind: "ses"; readonly region: string }
  | {
      readonly kind: "external";
      /** For example `smtp.sendgrid.net`. */
      readonly smtpHost: string;
      /** 587 (STARTTLS) or 465 (TLS). */
      readonly smtpPort: 587 | 465;
      /** What the sender's SPF record is called, for example `sendgrid.net`. */
      readonly spfInclude: string;
    };

export interface EmailArgs {
  /** The domain that mail comes from. */
  readonly domainName: string;
  /** The zone of the domain, where the proofs go. */
  readonly zoneId: pulumi.Input<string>;
  readonly sender: MailSender;
  /** What receivers do with mail that claims the domain and proves nothing. Begin with `none`, end with `reject`. */
  readonly dmarcPolicy: "none" | "quarantine" | "reject";
  /** Who reads the receivers' reports. */
  readonly dmarcReportAddress: string;
  readonly ownership: Ownership;
  /** Other texts of the domain itself, such as verifications: DNS keeps all of them in one record. @default none */
  readonly domainTexts?: readonly string[];
  /** Who is told when bounces or complaints endanger the account; SES only. @default nobody */
  readonly alarms?: Omit<AlarmScope, "parent">;
}

/** Mail that receivers believe: signed (DKIM), sent from where the domain says (SPF), with a policy for forgeries. */
export class Email extends pulumi.ComponentResource {
  readonly smtpHost: string;
  readonly smtpPort: number;
  /** What a message names to be counted, on SES. */
  readonly configurationSetName: pulumi.Output<string> | undefined;

  constructor(name: string, args: EmailArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:messaging:Email", name, {}, opts);
    const { domainName, sender, zoneId } = args;
    const child = { parent: this };
    const tags = tagsFor("Email", args.ownership);
    const text = (label: string, recordName: string, ...records: string[]) =>
      new route53.Record(`${name}-${label}`, { zoneId, name: recordName, type: "TXT", ttl: 3600, records }, child);
    const spf = sender.kind === "ses" ? "amazonses.com" : sender.spfInclude;
    text("spf", domainName, `v=spf1 include:${spf} -all`, ...(args.domainTexts ?? []));
    text("dmarc", `_dmarc.${domainName}`, dmarc(args));
    if (sender.kind === "ses") {
      const { region } = sender;
      const set = new sesv2.ConfigurationSet(
        `${name}-settings`,
        {
          configurationSetName: name,
          deliveryOptions: { tlsPolicy: "REQUIRE" },
          reputationOptions: { reputationMetricsEnabled: true },
          sendingOptions: { sendingEnabled: true },
          // Whoever bounced or complained once is not written to again.
          suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
          tags,
          region,
        },
        child,
      );
      const identity = new sesv2.EmailIdentity(
        `${name}-identity`,
        {
          emailIdentity: domainName,
          configurationSetName: set.configurationSetName,
          dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
          tags,
          region,
        },
        child,
      );
      // SES signs with three keys in turn; their number is fixed, so the records are known before the tokens are.
      for (const index of [0, 1, 2]) {
        const token = identity.dkimSigningAttributes.apply(({ tokens }) => tokens?.[index] ?? "");
        new route53.Record(
          `${name}-dkim-${index}`,
          {
            zoneId,
            name: pulumi.interpolate`${token}._domainkey.${domainName}`,
            type: "CNAME",
            ttl: 3600,
            records: [pulumi.interpolate`${token}.dkim.amazonses.com`],
          },
          child,
        );
      }
      if (args.alarms !== undefined) mailReputation({ ...args.alarms, parent: this }, { subject: domainName });
      this.configurationSetName = set.configurationSetName;
    }
    this.smtpHost = sender.kind === "ses" ? `email-smtp.${sender.region}.amazonaws.com` : sender.smtpHost;
    this.smtpPort = sender.kind === "ses" ? 587 : sender.smtpPort;
    this.registerOutputs({ smtpHost: this.smtpHost, smtpPort: this.smtpPort });
  }
}

function validate(name: string, { dmarcReportAddress, domainName, sender }: EmailArgs): void {
  const host = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;
  const hosts = sender.kind === "ses" ? [] : [sender.smtpHost, sender.spfInclude];
  for (const value of [domainName, ...hosts]) {
    demand(host.test(value), name, `"${value}" is no host or domain`, "Write it like thorbis.com.");
  }
  demand(
    /^[^\s@;,]+@[^\s@;,]+$/.test(dmarcReportAddress),
    `${name}.dmarcReportAddress`,
    `"${dmarcReportAddress}" is no address`,
    "Write name@domain.",
  );
}

function dmarc({ dmarcPolicy, dmarcReportAddress }: EmailArgs): string {
  return `v=DMARC1; p=${dmarcPolicy}; sp=${dmarcPolicy}; adkim=s; aspf=r; rua=mailto:${dmarcReportAddress}`;
}
