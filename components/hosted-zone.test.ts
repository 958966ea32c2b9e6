import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { HostedZone, type HostedZoneArgs } from "./hosted-zone.ts";

const args: HostedZoneArgs = {
  domainName: "thorbis.com",
  ownership,
  dataProtection: "protected",
  certificateIssuers: ["amazon.com", "letsencrypt.org"],
  certificateContact: "security@thorbis.com",
  records: [
    { label: "", type: "A", target: { values: ["76.76.21.21"], ttlSeconds: 300 } },
    { label: "help", type: "A", target: { aliasName: "door.elb.amazonaws.com", aliasZoneId: "Z35" } },
  ],
};
const declare = (change: Partial<HostedZoneArgs> = {}) =>
  record(() => {
    new HostedZone("zone", { ...args, ...change });
  });

test("holds the zone against deletion: a new one would answer from other name servers", async () => {
  expect((await declare()).only("aws:route53/zone:Zone")).toMatchObject({ protect: true, retainOnDelete: true });
  expect((await declare()).only("aws:route53/zone:Zone").inputs).not.toHaveProperty("forceDestroy");
});

test("lets the named authorities issue certificates, and reports the others", async () => {
  expect((await declare()).only("aws:route53/record:Record", "zone-caa").inputs.records).toEqual([
    '0 issue "amazon.com"',
    '0 issuewild "amazon.com"',
    '0 issue "letsencrypt.org"',
    '0 issuewild "letsencrypt.org"',
    '0 iodef "mailto:security@thorbis.com"',
  ]);
});

test("declares values and aliases below the domain", async () => {
  const recording = await declare();
  expect(recording.only("aws:route53/record:Record", "zone-apex-A").inputs).toMatchObject({
    name: "thorbis.com",
    ttl: 300,
    records: ["76.76.21.21"],
  });
  expect(recording.only("aws:route53/record:Record", "zone-help-A").inputs).toMatchObject({
    name: "help.thorbis.com",
    aliases: [{ name: "door.elb.amazonaws.com", zoneId: "Z35", evaluateTargetHealth: true }],
  });
});

const once = { label: "www", type: "CNAME" as const, target: { values: ["thorbis.com"], ttlSeconds: 300 } };
test.each([
  [{ domainName: "localhost" }, 'zone.domainName: "localhost" is no domain'],
  [
    { certificateIssuers: [] },
    "zone.certificateIssuers: without an issuer every certificate would be refused, our own as well",
  ],
  [{ records: [once, once] }, "zone.records.www-CNAME: the record stands twice"],
  [{ records: [{ ...once, label: "" }] }, "zone.records.apex-CNAME: the zone itself cannot be a CNAME"],
  [{ certificateContact: "nobody" }, 'zone.certificateContact: "nobody" is no address'],
] satisfies [Partial<HostedZoneArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
