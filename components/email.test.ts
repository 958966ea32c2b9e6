import { alarmSettings } from "../testing/alarm-scope.ts";
import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { Email, type EmailArgs } from "./email.ts";

const args: EmailArgs = {
  domainName: "thorbis.com",
  zoneId: "Z1",
  sender: { kind: "ses", region: "us-east-1" },
  dmarcPolicy: "reject",
  dmarcReportAddress: "dmarc@thorbis.com",
  ownership,
};
const external = {
  kind: "external",
  smtpHost: "smtp.sendgrid.net",
  smtpPort: 587,
  spfInclude: "sendgrid.net",
} as const;
const declare = async (change: Partial<EmailArgs> = {}) => {
  let email: Email | undefined;
  const recording = await record(() => {
    email = new Email("mail", { ...args, ...change });
  });
  return { recording, email };
};
const recordType = "aws:route53/record:Record";

test("says who may send for the domain, and what to do with everybody else", async () => {
  const { recording } = await declare();
  expect(recording.only(recordType, "mail-spf").inputs).toMatchObject({
    name: "thorbis.com",
    records: ["v=spf1 include:amazonses.com -all"],
  });
  expect(recording.only(recordType, "mail-dmarc").inputs).toMatchObject({
    name: "_dmarc.thorbis.com",
    records: ["v=DMARC1; p=reject; sp=reject; adkim=s; aspf=r; rua=mailto:dmarc@thorbis.com"],
  });
});

test("signs with SES's three keys", async () => {
  const { recording } = await declare();
  const keys = recording.ofType(recordType).filter(({ name }) => name.startsWith("mail-dkim"));
  expect(keys.map(({ inputs }) => [inputs.name, inputs.records])).toEqual([
    ["first0token._domainkey.thorbis.com", ["first0token.dkim.amazonses.com"]],
    ["second0token._domainkey.thorbis.com", ["second0token.dkim.amazonses.com"]],
    ["third0token._domainkey.thorbis.com", ["third0token.dkim.amazonses.com"]],
  ]);
});

test("sends over TLS only, and never again to whoever bounced or complained", async () => {
  const { recording, email } = await declare();
  expect(recording.only("aws:sesv2/configurationSet:ConfigurationSet").inputs).toMatchObject({
    deliveryOptions: { tlsPolicy: "REQUIRE" },
    suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
  });
  expect([email?.smtpHost, email?.smtpPort]).toEqual(["email-smtp.us-east-1.amazonaws.com", 587]);
});

test("with an external server it declares the records and nothing of SES", async () => {
  const { recording, email } = await declare({ sender: external });
  expect(recording.resources.filter(({ type }) => type.startsWith("aws:sesv2"))).toEqual([]);
  expect(recording.only(recordType, "mail-spf").inputs.records).toEqual(["v=spf1 include:sendgrid.net -all"]);
  expect([email?.smtpHost, email?.smtpPort]).toEqual(["smtp.sendgrid.net", 587]);
});

test("warns before SES stops the account", async () => {
  const { recording } = await declare({ alarms: alarmSettings });
  const thresholds = recording
    .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
    .map(({ inputs }) => [inputs.metricName, inputs.threshold]);
  expect(thresholds).toEqual([
    ["Reputation.BounceRate", 0.05],
    ["Reputation.ComplaintRate", 0.001],
  ]);
});

test.each([
  [{ domainName: "localhost" }, 'mail: "localhost" is no host or domain'],
  [{ sender: { ...external, smtpHost: "smtp" } }, 'mail: "smtp" is no host or domain'],
  [{ dmarcReportAddress: "a;b" }, 'mail.dmarcReportAddress: "a;b" is no address'],
] satisfies [Partial<EmailArgs>, string][])("refuses %j", async (change, message) => {
  await expect(declare(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
