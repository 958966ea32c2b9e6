import * as iam from "@pulumi/aws/iam/index.js";
import * as sns from "@pulumi/aws/sns/index.js";
import { record } from "../testing/mocks.ts";
import { statedArn } from "./stated-arn.ts";

const program = () => {
  const topic = new sns.Topic("news", { name: "news" });
  const arn = statedArn(topic, "arn:aws:sns:us-east-1:111111111111:news");
  new sns.TopicPolicy("news-policy", { arn: topic.arn, policy: arn.apply((known) => `policy of ${known}`) });
  new iam.Role("reader", { name: "reader", assumeRolePolicy: "{}", description: arn });
};

test("is known at preview, where the resource's own is not", async () => {
  const recording = await record(program, { preview: true });
  const { inputs } = recording.only("aws:sns/topicPolicy:TopicPolicy");
  expect(inputs.policy).toBe("policy of arn:aws:sns:us-east-1:111111111111:news");
  expect(inputs.arn).not.toBe("arn:aws:sns:us-east-1:111111111111:news");
});

test("lets nobody overtake the resource", async () => {
  const recording = await record(program);
  expect(recording.only("aws:iam/role:Role").dependencies).toEqual(["news"]);
});
