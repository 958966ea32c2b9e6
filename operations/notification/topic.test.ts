import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { publish } from "./topic.ts";

const ARN = "arn:aws:sns:us-east-1:000000000000:notifications-warning";

test("a message reaches the topic with a subject that SNS takes", async () => {
  let body = "";
  const server = http.createServer((request, response) => {
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () =>
      response.end("<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.AWS_ACCESS_KEY_ID ??= "test";
  process.env.AWS_SECRET_ACCESS_KEY ??= "test";
  try {
    await publish(
      ARN,
      `drift → ${"x".repeat(200)}`,
      "what drifted",
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  const sent = new URLSearchParams(body);
  expect(sent.get("TopicArn")).toBe(ARN);
  expect(sent.get("Subject")).toMatch(/^drift \? x{92}$/);
  expect(sent.get("Message")).toBe("what drifted");
});

test("refuses what is no topic before anything is sent", async () => {
  await expect(publish("notifications", "s", "m")).rejects.toThrow("is no SNS topic");
});
