import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { type CommentTarget, HostRefused, headOf, postComment } from "./comment.ts";
import { MARKER } from "./markdown.ts";

interface Stored {
  id: number;
  body: string;
  user: { type: string };
}

let server: http.Server;
let stored: Stored[];
let calls: string[];
let status: number;

beforeEach(async () => {
  stored = [];
  calls = [];
  status = 200;
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      calls.push(`${request.method} ${request.url}`);
      const text = Buffer.concat(chunks).toString("utf8");
      const reply = (body: unknown) => response.writeHead(status).end(JSON.stringify(body));
      if (request.url?.includes("/pulls/")) return reply({ head: { sha: "abc" } });
      if (request.method === "GET") {
        const page = Number(new URL(request.url ?? "", "http://host").searchParams.get("page"));
        return reply(stored.slice((page - 1) * 100, page * 100));
      }
      const { body } = JSON.parse(text) as { body: string };
      if (request.method === "POST") stored.push({ id: stored.length + 1, body, user: { type: "Bot" } });
      const id = Number(request.url?.split("/").at(-1));
      for (const comment of stored) if (comment.id === id) comment.body = body;
      return reply({});
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

const target = (): CommentTarget => ({
  api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  repository: "thorbis/infrastructure",
  pullRequest: 7,
  token: "sentinel-token",
});

test("a second review updates the first comment and posts no other", async () => {
  expect(await postComment(target(), `${MARKER} one`)).toBe("created");
  expect(await postComment(target(), `${MARKER} two`)).toBe("updated");
  expect(stored.map(({ body }) => body)).toEqual([`${MARKER} two`]);
});

test("the comment is found beyond the first page", async () => {
  stored = Array.from({ length: 150 }, (_, index) => ({ id: index + 1, body: "chat", user: { type: "User" } }));
  stored.push({ id: 151, body: `${MARKER} old`, user: { type: "Bot" } });
  expect(await postComment(target(), `${MARKER} new`)).toBe("updated");
  expect(stored.at(-1)?.body).toBe(`${MARKER} new`);
});

test("a person who quotes the marker keeps their comment", async () => {
  stored = [{ id: 1, body: `${MARKER} mine`, user: { type: "User" } }];
  expect(await postComment(target(), `${MARKER} review`)).toBe("created");
  expect(stored[0]?.body).toBe(`${MARKER} mine`);
});

test("a refusal names the status and never the token", async () => {
  status = 403;
  const refusal = postComment(target(), MARKER);
  await expect(refusal).rejects.toThrow(HostRefused);
  await expect(refusal).rejects.toThrow(/403/);
  await expect(refusal).rejects.not.toThrow(/sentinel/);
});

test("the head commit comes from the host", async () => {
  expect(await headOf(target())).toBe("abc");
});
