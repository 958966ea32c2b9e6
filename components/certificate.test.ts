import { alarmSettings } from "../testing/alarm-scope.ts";
import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { Certificate } from "./certificate.ts";

const declare = () =>
  record(() => {
    new Certificate("help", { domainName: "help.thorbis.com", zoneId: "Z1", ownership, alarms: alarmSettings });
  });

test("proves itself in the zone, and is handed out only when proven", async () => {
  const recording = await declare();
  expect(recording.only("aws:route53/record:Record").inputs).toMatchObject({
    name: "_proof.help.thorbis.com.",
    type: "CNAME",
    records: ["_value.acm-validations.aws."],
  });
  expect(recording.only("aws:acm/certificateValidation:CertificateValidation").inputs).toMatchObject({
    certificateArn: "arn:aws:acm:us-east-1:111111111111:certificate/help",
    validationRecordFqdns: ["_proof.help.thorbis.com."],
  });
});

test("tells somebody 30 days before it ends", async () => {
  expect((await declare()).only("aws:cloudwatch/metricAlarm:MetricAlarm").inputs).toMatchObject({
    name: "thorbis-test/help.thorbis.com/certificate-expiring",
    threshold: 30,
  });
});
