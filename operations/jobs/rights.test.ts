import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { BackupBucket } from "../../components/backup-bucket.ts";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { type BackupScene, makeBackupScene } from "../../testing/backups.ts";
import { record } from "../../testing/mocks.ts";
import { ownership } from "../../testing/ownership.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { type AllowingStatement, actAs, gives, isAllowed, type S3Right } from "../../testing/s3-rights.ts";
import { createBackup } from "../backups/create.ts";
import { writeState } from "../backups/incoming.ts";
import type { Manifest } from "../backups/manifest.ts";
import { promote } from "../backups/promote.ts";
import { prune } from "../backups/prune.ts";
import { layout, readCatalogue } from "../backups/sets.ts";
import { openStore } from "../backups/store.ts";
import { verifyBackup } from "../backups/verify.ts";
import { runDrill } from "../drills/drill.ts";
import { readDrills } from "../drills/history.ts";

jest.setTimeout(120_000);

const BUCKET = "held-to-rights";
type Duty = "writer" | "restore" | "prune";

/** The policies as the component declares them. */
async function declaredRights(): Promise<Record<Duty, AllowingStatement[]>> {
  const recording = await record(() => {
    new BackupBucket("backups", {
      bucketName: BUCKET,
      accountId: "111111111111",
      region: "us-east-1",
      replicaRegion: "us-west-2",
      ownership,
      dataProtection: "protected",
      incomingPrefixes: ["test/incoming/"],
    });
  });
  const of = (duty: Duty): AllowingStatement[] => {
    const { policy } = recording.only("aws:iam/rolePolicy:RolePolicy", `backups-access-${duty}-policy`).inputs;
    return JSON.parse(String(policy)).Statement;
  };
  return { writer: of("writer"), restore: of("restore"), prune: of("prune") };
}

describeWithAws("the roles of the backups", () => {
  describeWithPostgres("against every call that the operations make", () => {
    const aws = useAws();
    const postgres = usePostgres();
    const used: Record<Duty, S3Right[]> = { writer: [], restore: [], prune: [] };
    let declared: Record<Duty, AllowingStatement[]>;
    let scene: BackupScene;

    /** A store whose client may do what the role may, and nothing else. */
    const as = (duty: Duty) => {
      const client = new S3Client({ ...aws().client, responseChecksumValidation: "WHEN_REQUIRED" });
      const asked = actAs(client, declared[duty]);
      const store = openStore(client, BUCKET);
      return { client, store, done: () => void used[duty].push(...asked) };
    };
    const settings = (change: object = {}) => ({ ...scene.settings, bucket: BUCKET, ...change });
    const now = () => new Date();

    beforeAll(async () => {
      declared = await declaredRights();
      scene = await makeBackupScene(aws(), postgres(), "rights");
      await scene.client.send(new CreateBucketCommand({ Bucket: BUCKET, ObjectLockEnabledForBucket: true }));
      await scene.client.send(
        new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } }),
      );
    });

    const create = async () => {
      const { client, done, store } = as("writer");
      const lock = { lock: { mode: "GOVERNANCE", days: 1 } as const };
      const made = await createBackup({ ...scene.create, settings: settings(lock), client, store });
      done();
      return made;
    };

    /** What killed runs leave: unfinished uploads, and a promotion that stopped before its manifest. */
    const leaveRemains = async () => {
      const store = openStore(scene.client, BUCKET);
      const where = layout("test");
      const id = "20260101T000000Z-00000a";
      for (const folder of [where.incomingSet(id), where.set(id)])
        await scene.client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: `${folder}data.age` }));
      await writeState(store, "test", id, "promoting", now());
      await store.putText(`${where.set(id)}roles.sql.zst.age`, "half");
    };

    /** A set that retention lets go; no lock holds it. */
    const makeOldSet = async (like: Manifest) => {
      const store = openStore(scene.client, BUCKET);
      const id = "20260102T000000Z-00000b";
      const files = like.files.map(({ versionId: _, ...file }) => ({ ...file, bytes: 5 }));
      for (const { name } of files) await store.putText(`${layout("test").incomingSet(id)}${name}`, "12345");
      const manifest = { ...like, id, createdAt: "2026-01-02T00:00:00.000Z", files };
      const { signal } = new AbortController();
      await promote({ store, settings: settings(), prefix: "test", manifest, now: now(), signal });
      await store.putText(`${layout("test").proofs(id)}1-verified.json`, "{}");
      return id;
    };

    it("let the writer back up, clean up after killed runs, and compare with proved sets", async () => {
      await leaveRemains();
      const { id } = await create();
      const { done, store } = as("restore");
      const common = { store, settings: settings(), prefix: "test", choice: { kind: "latest" } as const, now };
      await verifyBackup(common);
      const drill = await runDrill({
        ...common,
        kind: "latest",
        objectives: { rtoSeconds: 3_600, rpoSeconds: 3_600 },
      });
      expect(drill).toMatchObject({ ok: true, setId: id });
      expect(await readDrills(store, "test")).toHaveLength(1);
      done();
      // The second one reads the proofs that the drill left.
      await create();
    });

    it("let pruning remove what retention lets go and what a killed promotion left, and nothing else", async () => {
      const reader = openStore(scene.client, BUCKET);
      const { sets } = await readCatalogue(reader, "test", scene.settings.verifyKey);
      const [like] = sets;
      if (like === undefined) throw new Error("there is no set");
      const old = await makeOldSet(like.manifest);
      const { done, store } = as("prune");
      const kept = settings({ retention: { days: 30, keepVerified: 1, months: 0 } });
      expect(await prune({ store, settings: kept, prefix: "test", now: now() })).toMatchObject({
        removed: [old],
      });
      done();
      const left = await readCatalogue(reader, "test", scene.settings.verifyKey);
      expect(left.sets.map(({ manifest }) => manifest.id)).toEqual(sets.map(({ manifest }) => manifest.id));
      expect(await reader.list(layout("test").set("20260101T000000Z-00000a"))).toEqual([]);
    });

    it("hold no right on the bucket that no call needs", () => {
      const idle = (Object.keys(used) as Duty[]).flatMap((duty) =>
        declared[duty].flatMap((statement) =>
          [statement.Action]
            .flat()
            .filter((action) => action.startsWith("s3:"))
            .filter((action) => !used[duty].some((right) => gives(statement, action, right)))
            .map((action) => `${duty}: ${action} on ${[statement.Resource].flat().join(", ")}`),
        ),
      );
      expect(idle).toEqual([]);
    });

    it("let a restore read the other region's copy, and write nothing there", () => {
      const copy = {
        resource: `arn:aws:s3:::${BUCKET}-replica-us-west-2/test/sets/20261121T000000Z-00000c/manifest.json`,
      };
      const may = (action: string) => isAllowed(declared.restore, { action, ...copy });
      expect(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject"].map(may)).toEqual([
        true,
        true,
        false,
        false,
      ]);
    });

    it("keep a stolen writer from the data of finished sets, and a stolen restore from changing them", () => {
      const finished = { resource: `arn:aws:s3:::${BUCKET}/test/sets/20261121T000000Z-00000c/data-001.dump.zst.age` };
      const may = (duty: Duty, action: string) => isAllowed(declared[duty], { action, ...finished });
      for (const action of ["s3:GetObject", "s3:GetObjectVersion", "s3:DeleteObject", "s3:DeleteObjectVersion"])
        expect([action, may("writer", action)]).toEqual([action, false]);
      for (const action of ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention"])
        expect([action, may("restore", action)]).toEqual([action, false]);
      for (const action of ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectRetention"])
        expect([action, may("prune", action)]).toEqual([action, false]);
    });
  });
});
