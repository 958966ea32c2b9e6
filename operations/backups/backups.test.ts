import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { type BackupScene, makeBackupScene } from "../../testing/backups.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { connect } from "../database/connection.ts";
import { createBackup } from "./create.ts";
import type { Manifest } from "./manifest.ts";
import { chooseSet, readCatalogue } from "./sets.ts";
import { verifyBackup } from "./verify.ts";

// Real servers on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

describeWithAws("backups", () => {
  describeWithPostgres("of a real server", () => {
    const aws = useAws();
    const postgres = usePostgres();
    let scene: BackupScene;
    let count = 0;

    beforeEach(async () => {
      count += 1;
      scene = await makeBackupScene(aws(), postgres(), `backups${count}`);
    });

    const listed = async (): Promise<string[]> =>
      (await readCatalogue(scene.create.store, "test", scene.settings.verifyKey)).sets.map(
        ({ manifest }) => manifest.id,
      );
    const keys = async (prefix: string): Promise<string[]> =>
      (await scene.create.store.list(prefix)).map(({ key }) => key);
    const verify = (id: string) =>
      verifyBackup({
        store: scene.create.store,
        settings: scene.settings,
        prefix: "test",
        choice: { kind: "id", id },
        now: () => new Date(),
      });
    const objectOf = async (manifest: Manifest, name: string): Promise<{ key: string; bytes: Uint8Array }> => {
      const key = `test/sets/${manifest.id}/${name}`;
      const answer = await scene.client.send(new GetObjectCommand({ Bucket: scene.settings.bucket, Key: key }));
      return { key, bytes: (await answer.Body?.transformToByteArray()) ?? new Uint8Array() };
    };
    const overwrite = (key: string, Body: Uint8Array | string) =>
      scene.client.send(new PutObjectCommand({ Bucket: scene.settings.bucket, Key: key, Body }));

    it("lists a set that holds every table, sequence and large object, and leaves nothing under the temporary key", async () => {
      const manifest = await createBackup(scene.create);
      expect(await listed()).toEqual([manifest.id]);
      expect(await keys("test/incoming/")).toEqual([]);
      expect(manifest.rowCounts).toEqual({ "app.orders": 5000, "app.customers": 100 });
      expect(manifest.files.map(({ kind }) => kind).sort()).toEqual(["data", "large-objects", "roles", "schema"]);
      const data = manifest.files.find(({ kind }) => kind === "data");
      expect(data?.tables?.map(({ name }) => name).sort()).toEqual([
        "Odd Name; DROP",
        "customers",
        "events_2026",
        "orders",
        "secrets",
      ]);
      expect(data?.sequences?.map(({ name }) => name).sort()).toEqual([
        "customers_id_seq",
        "invoice_number",
        "orders_id_seq",
      ]);
    });

    it("stores no plaintext and opens with age, zstd and pg_restore alone, with either key", async () => {
      const manifest = await createBackup(scene.create);
      const directory = await mkdtemp(join(tmpdir(), "thorbis-backup-"));
      try {
        const { bytes } = await objectOf(manifest, "data-001.dump.zst.age");
        expect(Buffer.from(bytes).includes("customer 1")).toBe(false);
        await writeFile(join(directory, "data"), bytes);
        for (const identity of [scene.settings.identity ?? "", scene.escrowIdentity]) {
          await writeFile(join(directory, "key"), identity);
          const script = `age -d -i key data | zstd -dc | ${postgres().bin}/pg_restore --file=-`;
          const sql = execFileSync("bash", ["-o", "pipefail", "-c", script], { cwd: directory }).toString();
          expect(sql).toContain("customer 100\tcalm");
        }
      } finally {
        await rm(directory, { recursive: true });
      }
    });

    it("shows no secret to the process list or in a file while it runs", async () => {
      const seen = new Set<string>();
      const look = setInterval(() => {
        for (const line of execFileSync("ps", ["-eo", "args"]).toString().split("\n")) seen.add(line);
      }, 20);
      await createBackup(scene.create);
      clearInterval(look);
      const lines = [...seen].join("\n");
      expect(lines).toContain("pg_dump");
      expect(lines).not.toContain("AGE-SECRET-KEY");
      expect(lines).not.toContain("test-superuser");
    });

    it.each(["the first", "the middle", "the last"])(
      "finds %s byte of any file flipped, and never chooses that set again",
      async (which) => {
        const manifest = await createBackup(scene.create);
        for (const { name } of manifest.files) {
          const { key, bytes } = await objectOf(manifest, name);
          const at =
            { "the first": 0, "the middle": Math.floor(bytes.length / 2), "the last": bytes.length - 1 }[which] ?? 0;
          const broken = Uint8Array.from(bytes);
          broken[at] = (bytes[at] ?? 0) ^ 1;
          await overwrite(key, broken);
          await expect(verify(manifest.id)).rejects.toThrow(`could not verify ${manifest.id}: ${name}`);
          await expect(verify(manifest.id)).rejects.toThrow("was found damaged");
          await overwrite(key, bytes);
          for (const proof of await keys(`test/sets/${manifest.id}/proofs/`)) await scene.create.store.remove(proof);
        }
        await expect(verify(manifest.id)).resolves.toMatchObject({ id: manifest.id });
      },
    );

    it("finds a truncated file, and one that is gone", async () => {
      const manifest = await createBackup(scene.create);
      const { key, bytes } = await objectOf(manifest, "data-001.dump.zst.age");
      await overwrite(key, bytes.subarray(0, bytes.length - 100));
      await expect(verify(manifest.id)).rejects.toThrow("could not verify");
      const second = await createBackup(scene.create);
      await scene.create.store.remove(`test/sets/${second.id}/schema.dump.zst.age`);
      await expect(verify(second.id)).rejects.toThrow("could not verify");
      const catalogue = await readCatalogue(scene.create.store, "test", scene.settings.verifyKey);
      expect(() => chooseSet(catalogue, { kind: "latest" })).toThrow("there is no verified backup");
    });

    it("does not believe a replaced manifest, and says so in the list", async () => {
      const manifest = await createBackup(scene.create);
      const where = `test/sets/${manifest.id}/manifest.json`;
      await overwrite(where, JSON.stringify({ ...manifest, rowCounts: {} }));
      const catalogue = await readCatalogue(scene.create.store, "test", scene.settings.verifyKey);
      expect(catalogue.sets).toEqual([]);
      expect(catalogue.untrusted[0]?.reason).toContain("its signature is not the one of this text");
      await scene.create.store.remove(`${where}.sig`);
      await expect(verify(manifest.id)).rejects.toThrow("it is not signed");
    });

    it("refuses to start without a key, or with one that is no recipient", async () => {
      const { identity: _, ...keyless } = scene.settings;
      await expect(createBackup({ ...scene.create, settings: keyless })).rejects.toThrow("no age identity is given");
      const [own] = scene.settings.recipients;
      if (own === undefined) throw new Error("no recipient");
      const others = { ...scene.settings, recipients: scene.settings.recipients.filter(({ escrow }) => escrow) };
      await expect(createBackup({ ...scene.create, settings: others })).rejects.toThrow(
        `belongs to ${own.publicKey}, which is none`,
      );
      expect(await keys("")).toEqual([]);
    });

    it("does not take a set of before a key rotation for damaged", async () => {
      const manifest = await createBackup(scene.create);
      const rotated = { ...scene.settings, identity: scene.escrowIdentity };
      const options = {
        store: scene.create.store,
        prefix: "test",
        now: () => new Date(),
        settings: rotated,
        choice: { kind: "latest" } as const,
      };
      await expect(verifyBackup(options)).resolves.toMatchObject({ id: manifest.id });
    });

    it("refuses a second backup of the same database and names the first", async () => {
      const holder = await connect(postgres().url(scene.settings.bucket), "backup");
      await holder.query("SELECT pg_advisory_lock(5843712960334718001)");
      await expect(createBackup(scene.create)).rejects.toThrow(
        /another backup of this database is running: thorbis backup .+@.+, since 20/,
      );
      await holder.end();
      await expect(createBackup(scene.create)).resolves.toMatchObject({ environment: "test" });
    });

    it("does not promote a set whose rows fell, until that is accepted with a reason", async () => {
      const first = await createBackup(scene.create);
      await postgres().query(scene.settings.bucket, "DELETE FROM app.orders WHERE id > 3000");
      await expect(createBackup(scene.create)).rejects.toMatchObject({
        exitCode: 3,
        message: expect.stringContaining("rows of app.orders: 3000, usually 5000 (40 % less)"),
      });
      expect(await listed()).toEqual([first.id]);
      const accepted = await createBackup({ ...scene.create, acceptFall: "orders before 2020 were archived" });
      expect(accepted.acceptedFall).toBe("orders before 2020 were archived");
    });

    it("refuses when this machine's clock was set back", async () => {
      const past = () => new Date(Date.now() - 86_400_000);
      await expect(createBackup({ ...scene.create, now: past })).rejects.toThrow("a clock is wrong: the database says");
      expect(await listed()).toEqual([]);
    });

    it("finds what a role may not read before it believes a dump", async () => {
      const asReader = postgres().url(scene.settings.bucket, `${scene.settings.bucket}_reader`, "reader");
      await expect(createBackup({ ...scene.create, databaseUrl: asReader })).rejects.toThrow(/permission denied/);
      expect(await keys("")).toEqual([]);
    });
  });
});
