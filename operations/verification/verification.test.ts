import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { allPassed, runChecks } from "./check.ts";
import { headerCheck } from "./headers.ts";
import { healthCheck } from "./health.ts";
import { request } from "./request.ts";

let server: http.Server;
let respond: http.RequestListener;
beforeAll(async () => {
  server = http.createServer((incoming, response) => respond(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const port = () => (server.address() as AddressInfo).port;
const reach = () => ({ address: { host: "127.0.0.1", port: port() }, timeoutMilliseconds: 500 });
const answerJson =
  (status: number, body: unknown): http.RequestListener =>
  (_, response) =>
    response.writeHead(status).end(JSON.stringify(body));

async function health(listener: http.RequestListener) {
  respond = listener;
  const [result] = await runChecks([healthCheck({ url: "http://site.localhost/api/health", reach: reach() })]);
  return result;
}

describe("a health check", () => {
  test("passes when no part is down, in either form of answer", async () => {
    expect(await health(answerJson(200, { database: true, redis: true, timestamp: "x" }))).toMatchObject({
      status: "passed",
    });
    expect(await health(answerJson(200, { status: "healthy", queue: { waiting: 0 } }))).toMatchObject({
      status: "passed",
    });
  });

  test.each([
    ["answers 503", answerJson(503, {}), "failed", "answered 503"],
    ["names a part as down", answerJson(200, { database: true, redis: false }), "failed", "reported as down: redis"],
    ["names a nested part as down", answerJson(200, { redis: { connected: false } }), "failed", "redis.connected"],
    ["is degraded", answerJson(200, { status: "degraded" }), "failed", "status is degraded"],
    ["is no JSON", ((_, response) => response.end("<html>")) as http.RequestListener, "failed", "not JSON"],
    ["does not answer", (() => undefined) as http.RequestListener, "unknown", "no answer within 500 ms"],
  ])("does not pass when the application %s, and says what to do", async (_, listener, status, detail) => {
    const result = await health(listener);
    expect(result).toMatchObject({ status, detail: expect.stringContaining(detail), remedy: expect.any(String) });
    expect(allPassed(result ? [result] : [])).toBe(false);
  });
});

describe("a header check", () => {
  const declared = {
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
  };
  const check = (floor: number) =>
    runChecks([headerCheck({ url: "http://site.localhost/", reach: reach(), declared, floor })]);

  test("passes when every declared header is there as declared and the score is not below the floor", async () => {
    respond = (_, response) => response.writeHead(200, declared).end();
    expect((await check(0))[0]).toMatchObject({ status: "passed" });
  });

  test("fails with the score when it is below the floor", async () => {
    respond = (_, response) => response.writeHead(200, declared).end();
    expect((await check(140))[0]).toMatchObject({
      status: "failed",
      detail: expect.stringContaining("below the floor of 140"),
    });
  });

  test("names the header that is missing, different, or sent twice", async () => {
    respond = (_, response) => response.writeHead(200, { "X-Frame-Options": ["DENY", "SAMEORIGIN"] }).end();
    const [result] = await check(0);
    expect(result?.detail).toContain("X-Frame-Options is sent 2 times");
    expect(result?.detail).toContain("Strict-Transport-Security is missing");
  });
});

test("a host without an address is reached by another, under its own name", async () => {
  respond = (incoming, response) => response.end(incoming.headers.host);
  expect((await request("http://no-such-name.localhost/x", reach())).body).toBe("no-such-name.localhost");
});
