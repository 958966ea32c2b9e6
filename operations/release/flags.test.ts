import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { FlagStore, tellSetting } from "./flags.ts";

let server: http.Server;
let written: unknown[];
let items: unknown;
beforeEach(async () => {
  written = [];
  items = [
    { key: "ai-assistant", value: '{"enabled":true,"percent":25}' },
    { key: "by-hand", value: "yes" },
  ];
  server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      if (request.method === "PATCH") written.push([request.url, JSON.parse(body)]);
      response.end(JSON.stringify(request.method === "GET" ? items : { status: "ok" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const declared = { "ai-assistant": '{"enabled":true,"percent":100}', "voice-booking": '{"enabled":false,"percent":0}' };
const store = () =>
  new FlagStore("ecfg_1", declared, {
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: "sentinel-token",
    teamId: "team_1",
  });

test("every flag is told as it is declared and as the apps read it", async () => {
  expect(
    (await store().list()).map(({ name, declared: code, live }) => [name, tellSetting(code), tellSetting(live)]),
  ).toEqual([
    ["ai-assistant", "on for 100 %", "on for 25 %"],
    ["by-hand", "not there", "not there"],
    ["voice-booking", "off", "not there"],
  ]);
});

test("a switch is one write in the form that the stack itself writes", async () => {
  await store().switch("ai-assistant", { enabled: false, percent: 100 });
  expect(written).toEqual([
    [
      "/v1/edge-config/ecfg_1/items?teamId=team_1",
      { items: [{ operation: "upsert", key: "ai-assistant", value: '{"enabled":false,"percent":100}' }] },
    ],
  ]);
});

test("a flag that nobody declared is refused before anything is written", async () => {
  await expect(store().switch("by-hand", { enabled: true, percent: 1 })).rejects.toThrow("declares no flag by-hand");
  expect(written).toEqual([]);
});
