import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { Notifications, type NotificationsArgs } from "./notifications.ts";

const slack = { workspaceId: "T01234567", channelId: "C01234567" };
const args: NotificationsArgs = {
  accountId: "111111111111",
  region: "us-east-1",
  ownership,
  routes: {
    critical: {
      emails: ["oncall@thorbis.com"],
      slack,
      pagerDutyUrl: "https://events.pagerduty.com/integration/key/enqueue",
    },
    warning: { emails: ["platform@thorbis.com"], slack },
    info: { slack },
  },
};

const declare = (routes: Partial<NotificationsArgs["routes"]> = {}) =>
  record(() => {
    new Notifications("alerts", { ...args, routes: { ...args.routes, ...routes } });
  });

test("encrypts a topic for each severity under a key that alarms and budgets may use", async () => {
  const recording = await declare();
  const topics = recording.ofType("aws:sns/topic:Topic");
  expect(topics.map(({ inputs }) => inputs.name)).toEqual(["alerts-critical", "alerts-info", "alerts-warning"]);
  for (const { inputs } of topics) expect(inputs.kmsMasterKeyId).toMatch(/^arn:aws:kms:/);
  const services = JSON.parse(String(recording.only("aws:kms/key:Key").inputs.policy)).Statement.map(
    (statement: { Principal: { Service?: string } }) => statement.Principal.Service,
  );
  expect(services).toEqual(expect.arrayContaining(["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]));
});

test("calls the pager for critical messages only", async () => {
  const recording = await declare();
  const subscriptions = recording.ofType("aws:sns/topicSubscription:TopicSubscription");
  expect(subscriptions.map(({ inputs }) => [inputs.protocol, inputs.topic])).toEqual([
    ["email", "arn:aws:sns:us-east-1:111111111111:alerts-critical"],
    ["https", "arn:aws:sns:us-east-1:111111111111:alerts-critical"],
    ["email", "arn:aws:sns:us-east-1:111111111111:alerts-warning"],
  ]);
});

test("keeps the pager's integration key secret even when the caller did not", async () => {
  const recording = await declare();
  const pager = recording.only("aws:sns/topicSubscription:TopicSubscription", "alerts-critical-pagerduty");
  expect(pager.secrets).toEqual(["endpoint"]);
});

test("configures a Slack channel once, whatever it receives", async () => {
  const recording = await declare();
  const type = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration";
  const other = await declare({ warning: {} });
  expect(other.only(type).urn).toBe(recording.only(type).urn);
  expect(recording.only(type).inputs).toMatchObject({
    slackChannelId: "C01234567",
    guardrailPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
  });
  expect(recording.only(type).inputs.snsTopicArns).toHaveLength(3);
});

test("lets nobody outside the account publish", async () => {
  const { policy } = (await declare()).only("aws:sns/topicPolicy:TopicPolicy", "alerts-critical-policy").inputs;
  for (const statement of JSON.parse(String(policy)).Statement) {
    if (statement.Effect === "Allow") {
      expect(JSON.stringify([statement.Principal.AWS, statement.Condition])).toContain("111111111111");
    }
  }
});

test("declares no Slack configuration and no role when no route names a channel", async () => {
  const recording = await declare({ critical: {}, warning: {}, info: {} });
  expect(recording.ofType("aws:iam/role:Role")).toEqual([]);
  expect(recording.ofType("aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
});

test.each([
  [{ warning: { emails: ["nobody"] } }, 'alerts.routes.warning.emails: "nobody" is no address'],
  [{ warning: { emails: ["a@b.co", "a@b.co"] } }, "alerts.routes.warning.emails: an address stands twice"],
  [
    { info: { slack: { workspaceId: "T01234567", channelId: "#alerts" } } },
    "alerts.routes.info.slack: the workspace or channel is no Slack id",
  ],
] satisfies [Partial<NotificationsArgs["routes"]>, string][])("refuses %j", async (routes, message) => {
  await expect(declare(routes)).rejects.toMatchObject({ message, exitCode: 2 });
});
