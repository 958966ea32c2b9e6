import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { parseSettings } from "../settings.ts";
import { removeDeadRuns, writeState } from "./incoming.ts";
import type { Manifest } from "./manifest.ts";
import { promote } from "./promote.ts";
import { prune } from "./prune.ts";
import { layout, readCatalogue } from "./sets.ts";
import { openStore, type Store } from "./store.ts";

// Real servers on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

const RECIPIENTS = [
  { name: "operations", publicKey: `age1${"q".repeat(58)}` },
  { name: "safe", publicKey: `age1${"p".repeat(58)}`, escrow: true },
];

describeWithAws("promotion and pruning", () => {
  const aws = useAws();
  let client: S3Client;
  let store: Store;
  let count = 0;

  beforeEach(async () => {
    count += 1;
    client = new S3Client(aws().client);
    await client.send(new CreateBucketCommand({ Bucket: `prune${count}` }));
    store = openStore(client, `prune${count}`);
  });

  const settings = (changes: object = {}) => {
    const retention = { days: 30, keepVerified: 1 };
    const { backups } = parseSettings({
      environment: "test",
      backups: { bucket: "prune", recipients: RECIPIENTS, retention, ...changes },
    });
    if (backups === undefined) throw new Error("no settings");
    return backups;
  };
  const idOf = (daysAgo: number): string => `2026${String(1_000 - daysAgo).padStart(4, "0")}T000000Z-00000a`;

  /** A set of two files, as a run leaves it before its promotion. */
  const incoming = async (daysAgo: number): Promise<Manifest> => {
    const id = idOf(daysAgo);
    await writeState(store, "test", id, "checked", new Date());
    for (const name of ["data-001.dump.zst.age", "roles.sql.zst.age"])
      await store.putText(`test/incoming/${id}/${name}`, "12345");
    const file = { bytes: 5, sha256: "", contentSha256: "", entries: 1 };
    return {
      format: 1,
      id,
      environment: "test",
      createdAt: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
      durationSeconds: 1,
      tool: "",
      operator: "",
      server: { major: 15, version: "15.1" },
      client: "15.1",
      database: { name: "a", owner: "a", encoding: "UTF8", collate: "C", ctype: "C", properties: [] },
      schemaFingerprint: "",
      access: [],
      rowCounts: {},
      sourceBytes: 0,
      recipients: [],
      files: [
        { ...file, name: "data-001.dump.zst.age", kind: "data" },
        { ...file, name: "roles.sql.zst.age", kind: "roles" },
      ],
    };
  };
  const promoted = async (daysAgo: number, changes: object = {}): Promise<Manifest> =>
    await promote({
      store,
      settings: settings(changes),
      prefix: "test",
      manifest: await incoming(daysAgo),
      now: new Date(),
      signal: new AbortController().signal,
    });
  const listed = async (): Promise<string[]> =>
    (await readCatalogue(store, "test", undefined)).sets.map(({ manifest }) => manifest.id);
  const keys = async (prefix: string): Promise<string[]> => (await store.list(prefix)).map(({ key }) => key);

  /** A process that is killed at its n-th change of the bucket: that call and every later one has no effect. */
  const killedAt = (n: number): Store => {
    let calls = 0;
    const mortal =
      <A extends unknown[], R>(change: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        calls += 1;
        if (calls >= n) throw new Error("killed");
        return await change(...args);
      };
    return { ...store, putText: mortal(store.putText), copy: mortal(store.copy), remove: mortal(store.remove) };
  };

  it.each([1, 2, 3, 4, 5])(
    "lists a set wholly or not at all when the process dies at step %d of its promotion",
    async (step) => {
      const manifest = await incoming(0);
      const dying = promote({
        store: killedAt(step),
        settings: settings(),
        prefix: "test",
        manifest,
        now: new Date(),
        signal: new AbortController().signal,
      });
      await dying.catch(() => undefined);
      const isListed = (await listed()).includes(manifest.id);
      const files = await keys(layout("test").set(manifest.id));
      expect(isListed ? files.length : "unlisted").toBe(isListed ? 3 : "unlisted");
      await removeDeadRuns(store, "test");
      expect(await keys("test/incoming/")).toEqual([]);
      await prune({ store, settings: settings(), prefix: "test", now: new Date() });
      expect(await keys("test/tombstones/")).toEqual([]);
      expect(await keys(layout("test").set(manifest.id))).toHaveLength(isListed ? 3 : 0);
    },
  );

  it.each([1, 2, 3, 4, 5, 6, 7])(
    "is finished by the next run when it dies at change %d, and never loses the newer set",
    async (step) => {
      const [old, recent] = [await promoted(60), await promoted(1)];
      const options = { settings: settings(), prefix: "test", now: new Date() };
      await prune({ ...options, store: killedAt(step) }).catch(() => undefined);
      expect(await listed()).toContain(recent.id);
      await prune({ ...options, store });
      expect(await listed()).toEqual([recent.id]);
      expect(await keys(layout("test").set(old.id))).toEqual([]);
      expect(await keys("test/tombstones/")).toEqual([]);
      expect(await keys(layout("test").set(recent.id))).toHaveLength(3);
    },
  );

  it("ignores a tombstone of a set that is listed: whoever makes backups may write one", async () => {
    const { id, files } = await promoted(0);
    await store.putText(layout("test").tombstone(id), JSON.stringify({ id, files }));
    await prune({ store, settings: settings(), prefix: "test", now: new Date() });
    expect(await listed()).toEqual([id]);
    expect(await keys(layout("test").set(id))).toHaveLength(3);
    expect(await keys("test/tombstones/")).toEqual([]);
  });

  it.each(["../sets/x", "proofs/20261121.json", "a/b.age"])(
    "refuses a tombstone that names %s, which no set holds",
    async (name) => {
      const id = idOf(3);
      await store.putText(layout("test").tombstone(id), JSON.stringify({ id, files: [{ name }] }));
      await expect(prune({ store, settings: settings(), prefix: "test", now: new Date() })).rejects.toThrow(
        `the tombstone test/tombstones/${id}.json cannot be read`,
      );
    },
  );

  it("removes by the manifest only", async () => {
    const old = await promoted(60);
    await promoted(1);
    const foreign = `${layout("test").set(old.id)}somebody-elses.txt`;
    await store.putText(foreign, "not ours");
    expect((await prune({ store, settings: settings(), prefix: "test", now: new Date() })).removed).toEqual([old.id]);
    expect(await keys(layout("test").set(old.id))).toEqual([foreign]);
  });

  it("changes nothing in a dry run", async () => {
    await promoted(60);
    await promoted(1);
    const before = await keys("");
    const { decisions, removed } = await prune({
      store,
      settings: settings(),
      prefix: "test",
      now: new Date(),
      dryRun: true,
    });
    expect([decisions.filter(({ keep }) => !keep).length, removed, await keys("")]).toEqual([1, [], before]);
  });

  it.each([
    ["set back", -86_400_000],
    ["set ahead", 20 * 86_400_000],
  ])("removes nothing when this machine's clock is %s", async (_, by) => {
    const [old, recent] = [await promoted(60), await promoted(0)];
    await expect(
      prune({ store, settings: settings(), prefix: "test", now: new Date(Date.now() + by) }),
    ).rejects.toThrow("nothing was removed, because a clock is wrong");
    expect(await listed()).toEqual([old.id, recent.id]);
  });

  it("respects a lock, and says until when", async () => {
    const Bucket = `locked${count}`;
    await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    await client.send(
      new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" } }),
    );
    store = openStore(client, Bucket);
    const old = await promoted(60, { lock: { mode: "COMPLIANCE", days: 3 } });
    await promoted(1);
    const { removed, locked } = await prune({ store, settings: settings(), prefix: "test", now: new Date() });
    expect([removed, locked.map(({ id }) => id)]).toEqual([[], [old.id]]);
    expect(locked[0]?.until.getTime()).toBeGreaterThan(Date.now() + 2 * 86_400_000);
    expect(await listed()).toContain(old.id);
  });
});
