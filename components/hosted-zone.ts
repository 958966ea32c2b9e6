import * as route53 from "@pulumi/aws/route53/index.js";
import * as pulumi from "@pulumi/pulumi";
import { type DataProtection, dataOptions } from "./data-protection.ts";
import { demand } from "./invalid-argument.ts";
import { type Ownership, tagsFor } from "./tags.ts";

export interface ZoneRecord {
  /** Below the zone; empty for the zone itself. */
  readonly label: string;
  readonly type: "A" | "AAAA" | "CNAME" | "MX" | "TXT";
  /** Values with a time to live, or an AWS endpoint that the name stands for. */
  readonly target:
    | { readonly values: readonly pulumi.Input<string>[]; readonly ttlSeconds: number }
    | { readonly aliasName: pulumi.Input<string>; readonly aliasZoneId: pulumi.Input<string> };
}

export interface HostedZoneArgs {
  /** For example `thorbis.com`. */
  readonly domainName: string;
  readonly ownership: Ownership;
  /** A zone that is created anew gets other name servers: the domain is down until the registrar knows them. */
  readonly dataProtection: DataProtection;
  /** Authorities that may issue certificates; nobody else may. */
  readonly certificateIssuers: readonly string[];
  /** Who is told when somebody else tries. */
  readonly certificateContact: string;
  /** @default none */
  readonly records?: readonly ZoneRecord[];
}

/** A domain's zone, its records, and who may issue certificates for it. */
export class HostedZone extends pulumi.ComponentResource {
  readonly zoneId: pulumi.Output<string>;
  /** What the registrar has to know. */
  readonly nameServers: pulumi.Output<string[]>;

  constructor(name: string, args: HostedZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(name, args);
    super("thorbis:network:HostedZone", name, {}, opts);
    const { certificateContact, certificateIssuers, domainName, records = [] } = args;
    const child = { parent: this };
    const zone = new route53.Zone(
      name,
      { name: domainName, comment: `Zone of ${domainName}`, tags: tagsFor("HostedZone", args.ownership) },
      pulumi.mergeOptions(dataOptions(args.dataProtection), child),
    );
    const { zoneId } = zone;
    const issuers = certificateIssuers.flatMap((issuer) => [`0 issue "${issuer}"`, `0 issuewild "${issuer}"`]);
    new route53.Record(
      `${name}-caa`,
      {
        zoneId,
        name: domainName,
        type: "CAA",
        ttl: 3600,
        records: [...issuers, `0 iodef "mailto:${certificateContact}"`],
      },
      child,
    );
    for (const { label, target, type } of records) {
      const terms =
        "values" in target
          ? { ttl: target.ttlSeconds, records: [...target.values] }
          : { aliases: [{ name: target.aliasName, zoneId: target.aliasZoneId, evaluateTargetHealth: true }] };
      new route53.Record(
        `${name}-${label || "apex"}-${type}`,
        { zoneId, name: label === "" ? domainName : `${label}.${domainName}`, type, ...terms },
        child,
      );
    }
    this.zoneId = zoneId;
    this.nameServers = zone.nameServers;
    this.registerOutputs({ zoneId, nameServers: this.nameServers });
  }
}

function validate(name: string, args: HostedZoneArgs): void {
  const { certificateContact, certificateIssuers, domainName, records = [] } = args;
  const host = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;
  demand(host.test(domainName), `${name}.domainName`, `"${domainName}" is no domain`, "Write it like thorbis.com.");
  demand(
    certificateIssuers.length > 0,
    `${name}.certificateIssuers`,
    "without an issuer every certificate would be refused, our own as well",
    'Name those in use, for example "amazon.com" and "letsencrypt.org".',
  );
  demand(
    /^[^\s@"]+@[^\s@"]+$/.test(certificateContact),
    `${name}.certificateContact`,
    `"${certificateContact}" is no address`,
    "Write name@domain.",
  );
  const seen = new Set<string>();
  for (const { label, target, type } of records) {
    const key = `${label || "apex"}-${type}`;
    demand(!seen.has(key), `${name}.records.${key}`, "the record stands twice", "Put all values into one record.");
    seen.add(key);
    demand(
      !(label === "" && type === "CNAME"),
      `${name}.records.${key}`,
      "the zone itself cannot be a CNAME",
      "Use an A record, or an alias.",
    );
    const ttl = "values" in target ? target.ttlSeconds : 60;
    demand(
      Number.isInteger(ttl) && ttl >= 0 && ttl <= 2_147_483_647,
      `${name}.records.${key}.ttlSeconds`,
      `${ttl} is no time to live`,
      "Use whole seconds, for example 300.",
    );
  }
}
