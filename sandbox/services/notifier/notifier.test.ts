import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { describeWithAws, useAws } from "../../../testing/aws.ts";
import { type MailCatcher, startMailCatcher } from "../mail/catcher.ts";
import { judge, judgeAlarms } from "./alarms.ts";
import { evaluateExpression } from "./expression.ts";
import { evaluateRule } from "./rule.ts";
import { caughtRequests, type Sink, sinkPath, startSink } from "./sink.ts";

const eventually = async <T>(look: () => T | undefined): Promise<T> => {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

describe("a composite alarm's rule", () => {
  const stateOf = (name: string) => (({ a: "ALARM", "b c": "OK", d: "INSUFFICIENT_DATA" }) as const)[name];

  it.each([
    ['ALARM("a")', true],
    ["ALARM(a) AND OK('b c')", true],
    ['NOT ALARM("a") OR INSUFFICIENT_DATA(d)', true],
    ["NOT (ALARM(a) OR ALARM(d))", false],
    ["ALARM(a) AND ALARM(d) OR TRUE", true],
    ["ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a)", true],
    ["ALARM(unknown)", false],
  ])("%s is %s", (rule, value) => {
    expect(evaluateRule(rule, stateOf)).toBe(value);
  });

  it.each(["ALARM(a", "ALARM(a) ALARM(d)", "LOUD(a)", ""])("refuses %j", (rule) => {
    expect(() => evaluateRule(rule, stateOf)).toThrow();
  });
});

describe("a metric expression", () => {
  const seriesOf = (id: string) => ({ errors: [2, undefined, 5], requests: [100, 50, 0] })[id] ?? [];

  it("has no value where a part has none, or where one divides by nothing", () => {
    expect(evaluateExpression("100 * errors / requests", 3, seriesOf)).toEqual([2, undefined, undefined]);
    expect(evaluateExpression("FILL(errors, 0) + 1", 3, seriesOf)).toEqual([3, 1, 6]);
    expect(evaluateExpression("IF(requests > 60, 1, 0)", 3, seriesOf)).toEqual([1, 0, 0]);
  });

  it("refuses a function that it does not know", () => {
    expect(() => evaluateExpression("ANOMALY_DETECTION_BAND(errors, 2)", 3, seriesOf)).toThrow(
      "ANOMALY_DETECTION_BAND is not known",
    );
  });
});

describe("an alarm", () => {
  const alarm = {
    Threshold: 10,
    ComparisonOperator: "GreaterThanThreshold",
    EvaluationPeriods: 3,
    DatapointsToAlarm: 2,
  } as const;

  it("turns when enough of the last periods breach", () => {
    expect(judge(alarm, [11, 5, 12])).toBe("ALARM");
    expect(judge(alarm, [11, 5, 9])).toBe("OK");
  });

  it("treats missing data as it was told", () => {
    const nothing = [undefined, undefined, undefined];
    expect(judge(alarm, nothing)).toBe("INSUFFICIENT_DATA");
    expect(judge({ ...alarm, TreatMissingData: "notBreaching" }, nothing)).toBe("OK");
    expect(judge({ ...alarm, TreatMissingData: "breaching" }, nothing)).toBe("ALARM");
    expect(judge({ ...alarm, TreatMissingData: "ignore" }, nothing)).toBeUndefined();
  });
});

describeWithAws("the notifier", () => {
  const aws = useAws();
  const directory = mkdtempSync(join(tmpdir(), "thorbis-notifier-"));
  let mail: MailCatcher;
  let sink: Sink;

  beforeAll(async () => {
    mail = await startMailCatcher({ directory: join(directory, "mail"), port: 0 });
    sink = await startSink({ directory, port: 0, mailPort: mail.port, confirmOrigin: aws().endpoint });
  });
  afterAll(async () => {
    await sink.close();
    await mail.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it("carries a metric past its threshold through a burn rate and a composite alarm to every subscriber", async () => {
    const watch = new CloudWatchClient(aws().client);
    const source = { endpoint: aws().endpoint, region: aws().client.region, accountId: aws().accountId };
    const topics = new SNSClient(aws().client);
    const { TopicArn } = await topics.send(new CreateTopicCommand({ Name: "critical" }));
    for (const [kind, address] of [
      ["email", "ops@example.com"],
      ["https", "https://events.pagerduty.com/x"],
    ] as const) {
      const Endpoint = `http://127.0.0.1:${sink.port}${sinkPath(kind, address)}`;
      await topics.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint }));
    }
    const metric = (name: string) => ({
      Metric: { Namespace: "App", MetricName: name, Dimensions: [{ Name: "App", Value: "hs" }] },
      Period: 60,
      Stat: "Sum",
    });
    const burn = {
      AlarmName: "burn",
      EvaluationPeriods: 1,
      Threshold: 14.4,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData: "notBreaching",
      Metrics: [
        { Id: "errors", MetricStat: metric("Errors"), ReturnData: false },
        { Id: "requests", MetricStat: metric("Requests"), ReturnData: false },
        { Id: "rate", Expression: "100 * errors / requests", ReturnData: true },
      ],
    } as const;
    await watch.send(new PutMetricAlarmCommand({ ...burn, Metrics: [...burn.Metrics] }));
    await watch.send(
      new PutCompositeAlarmCommand({
        AlarmName: "budget",
        AlarmRule: 'ALARM("burn")',
        AlarmActions: [TopicArn ?? ""],
        OKActions: [TopicArn ?? ""],
      }),
    );
    expect(await judgeAlarms(watch, source, [{ ...burn, Metrics: [...burn.Metrics] }], new Date())).toEqual([
      "burn",
      "budget",
    ]);

    const publish = (MetricName: string, Value: number) => ({
      MetricName,
      Value,
      Dimensions: [{ Name: "App", Value: "hs" }],
    });
    await watch.send(
      new PutMetricDataCommand({ Namespace: "App", MetricData: [publish("Errors", 30), publish("Requests", 100)] }),
    );
    expect(await judgeAlarms(watch, source, [{ ...burn, Metrics: [...burn.Metrics] }], new Date())).toEqual([
      "burn",
      "budget",
    ]);

    const { CompositeAlarms } = await watch.send(
      new DescribeAlarmsCommand({ AlarmNames: ["budget"], AlarmTypes: ["CompositeAlarm"] }),
    );
    expect(CompositeAlarms?.[0]?.StateValue).toBe("ALARM");
    const page = await eventually(() =>
      caughtRequests(directory).find(({ kind, subject }) => kind === "https" && subject.startsWith("ALARM")),
    );
    expect(page).toMatchObject({ to: "https://events.pagerduty.com/x", subject: expect.stringContaining('"budget"') });
    const letter = await eventually(() => mail.messages().find(({ subject }) => subject.startsWith("ALARM")));
    expect(letter.to).toEqual(["ops@example.com"]);
    watch.destroy();
    topics.destroy();
  });
});
