import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { CreateBucketCommand, HeadObjectCommand, ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { type FaultProxy, startFaultProxy } from "../../testing/fault-proxy.ts";
import { openStore } from "./store.ts";

// A real server on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

const MIB = 1024 ** 2;

describeWithAws("copies beyond what one call may copy", () => {
  const aws = useAws();
  let client: S3Client;
  let proxy: FaultProxy;

  beforeAll(async () => {
    proxy = await startFaultProxy(aws().endpoint);
    client = new S3Client({ ...aws().client, endpoint: proxy.endpoint });
    await client.send(new CreateBucketCommand({ Bucket: "copies" }));
  });
  afterAll(async () => {
    await proxy.stop();
  });
  beforeEach(() => {
    proxy.decide = () => ({ kind: "pass" });
  });

  const limits = { call: 5 * MIB, part: 5 * MIB };
  const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const stored = async (key: string): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of await openStore(client, "copies").download(key)) chunks.push(chunk as Buffer);
    return sha256(Buffer.concat(chunks));
  };

  it("are made in parts, and give the same bytes under the new key", async () => {
    const bytes = randomBytes(12 * MIB + 7);
    const store = openStore(client, "copies", limits);
    await store.upload("from/a b+c.age", Readable.from([bytes], { objectMode: false }), { partBytes: 5 * MIB });
    const copied: string[] = [];
    proxy.decide = ({ method, url = "" }) => {
      if (method === "PUT") copied.push(/partNumber=(\d+)/.exec(url)?.[1] ?? "whole");
      return { kind: "pass" };
    };
    await store.copy("from/a b+c.age", "to/file.age", bytes.length);
    expect(copied).toEqual(["1", "2", "3"]);
    expect(await stored("to/file.age")).toBe(sha256(bytes));
    const { ETag } = await client.send(new HeadObjectCommand({ Bucket: "copies", Key: "to/file.age" }));
    expect(ETag).toMatch(/-3"$/);
  });

  it("leave neither an object nor an upload when a part fails", async () => {
    const store = openStore(client, "copies", limits);
    await store.upload("from/b", Readable.from([randomBytes(11 * MIB)], { objectMode: false }), { partBytes: 5 * MIB });
    proxy.decide = ({ url = "" }) =>
      url.includes("partNumber=2") ? { kind: "answer", status: 403, code: "AccessDenied" } : { kind: "pass" };
    await expect(store.copy("from/b", "to/b", 11 * MIB)).rejects.toThrow("copy to to/b failed: AccessDenied");
    expect(await store.sizeOf("to/b")).toBeUndefined();
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: "copies" }));
    expect(Uploads ?? []).toEqual([]);
  });

  it("are one call up to the limit", async () => {
    const store = openStore(client, "copies", limits);
    await store.upload("from/c", Readable.from([randomBytes(5 * MIB)], { objectMode: false }), { partBytes: 5 * MIB });
    const calls: string[] = [];
    proxy.decide = ({ method }) => {
      calls.push(method ?? "");
      return { kind: "pass" };
    };
    await store.copy("from/c", "to/c", 5 * MIB);
    expect(calls).toEqual(["PUT"]);
  });
});
