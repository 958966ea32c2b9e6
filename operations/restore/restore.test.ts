import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { type BackupScene, makeBackupScene } from "../../testing/backups.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { createBackup } from "../backups/create.ts";
import type { Manifest } from "../backups/manifest.ts";
import { connect } from "../database/connection.ts";
import { type RestoreOptions, restoreBackup } from "./restore.ts";

// Real servers on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

describeWithAws("restores", () => {
  describeWithPostgres("into a real server", () => {
    const aws = useAws();
    const postgres = usePostgres();
    let scene: BackupScene;
    let manifest: Manifest;
    let restored = 0;

    beforeAll(async () => {
      scene = await makeBackupScene(aws(), postgres(), "restores");
      await postgres().query(
        "restores",
        `ALTER TABLE app.customers SET (autovacuum_enabled = false, fillfactor = 90); ALTER TABLE app.orders SET (fillfactor = 80);
         CREATE FUNCTION app.word(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT lower($1) $$;
         CREATE INDEX orders_word ON app.orders (app.word(note))`,
      );
      manifest = await createBackup(scene.create);
    });

    const options = (changes: Partial<RestoreOptions> = {}): RestoreOptions => {
      restored += 1;
      return {
        store: scene.create.store,
        settings: scene.settings,
        prefix: "test",
        choice: { kind: "latest" },
        serverUrl: postgres().url("postgres"),
        database: `restored${restored}`,
        objectives: { rtoSeconds: 600, rpoSeconds: 3_600 },
        now: () => new Date(),
        ...changes,
      };
    };
    const databases = async (): Promise<string[]> =>
      (await postgres().query<{ name: string }>("postgres", "SELECT datname AS name FROM pg_database ORDER BY 1")).map(
        ({ name }) => name,
      );

    it("gives back rows, sequences, large objects, views, partitions, settings and rights, and measures itself", async () => {
      const report = await restoreBackup(options());
      expect(report.checks.map(({ name, ok }) => [name, ok])).toEqual([
        ["schema", true],
        ["row counts", true],
        ["constraints", true],
        ["access", true],
      ]);
      expect(report).toMatchObject({ ok: true, setId: manifest.id, previousDatabase: undefined });
      const [row] = await postgres().query(
        report.database,
        `SELECT (SELECT count(*)::int FROM app.orders) AS orders, (SELECT count(*)::int FROM app.totals) AS totals,
                (SELECT count(*)::int FROM app.events) AS events, nextval('app.invoice_number')::int AS invoice,
                convert_from(lo_get(4711), 'UTF8') AS large, (SELECT id FROM app."Odd Name; DROP") AS odd,
                current_setting('work_mem') AS memory,
                has_table_privilege('restores_reader', 'app.orders', 'SELECT') AS reads,
                has_table_privilege('restores_reader', 'app.secrets', 'SELECT') AS leaks,
                has_database_privilege('public', current_database(), 'CONNECT') AS open`,
      );
      expect(row).toEqual({
        orders: 5000,
        totals: 100,
        events: 50,
        invoice: 1002,
        large: "a large object",
        odd: 7,
        memory: "8MB",
        reads: true,
        leaks: false,
        open: false,
      });
    });

    it("leaves autovacuum and every other setting of a table as it was, and all tables analyzed", async () => {
      const { database } = await restoreBackup(options());
      const settings = await postgres().query(
        database,
        "SELECT relname AS name, reloptions AS options FROM pg_class WHERE relnamespace = 'app'::regnamespace AND reloptions IS NOT NULL ORDER BY 1",
      );
      expect(settings).toEqual([
        { name: "customers", options: ["autovacuum_enabled=false", "fillfactor=90"] },
        { name: "orders", options: ["fillfactor=80"] },
      ]);
      const unanalyzed = await postgres().query(
        database,
        `SELECT relname FROM pg_stat_all_tables WHERE schemaname <> 'pg_toast' AND relname <> 'pg_statistic' AND last_analyze IS NULL
            AND relid NOT IN (SELECT oid FROM pg_class WHERE relkind = 'p')`,
      );
      expect(unanalyzed).toEqual([]);
    });

    it("restores the rows of chosen tables only, with the whole schema and without foreign keys", async () => {
      const report = await restoreBackup(options({ selection: { schemas: [], tables: ["app.orders"] } }));
      const [row] = await postgres().query(
        report.database,
        "SELECT (SELECT count(*)::int FROM app.orders) AS orders, (SELECT count(*)::int FROM app.customers) AS customers",
      );
      expect([row, report.skippedForeignKeys]).toEqual([{ orders: 5000, customers: 0 }, 1]);
    });

    it("refuses a table that the set does not hold, and a swap with a part", async () => {
      await expect(restoreBackup(options({ selection: { schemas: [], tables: ["app.nothing"] } }))).rejects.toThrow(
        "holds no app.nothing",
      );
      const part = options({ selection: { schemas: ["app"], tables: [] }, swapWith: "restores" });
      await expect(restoreBackup(part)).rejects.toThrow("its other tables are empty");
    });

    it("finds the set of a date and refuses a date before the first", async () => {
      await expect(
        restoreBackup(options({ choice: { kind: "before", date: new Date("2020-01-01") } })),
      ).rejects.toThrow("no verified backup from before 2020");
      const report = await restoreBackup(options({ choice: { kind: "before", date: new Date() } }));
      expect(report.setId).toBe(manifest.id);
    });

    it("takes the live database's place, keeps the old one, and asks the application", async () => {
      await postgres().query("postgres", "CREATE DATABASE live");
      await postgres().query("live", "CREATE TABLE old (id int)");
      const session = await connect(postgres().url("live"), "test");
      session.on("error", () => undefined);
      const asked: string[] = [];
      const report = await restoreBackup(
        options({ swapWith: "live", healthCheck: async () => void asked.push("asked") }),
      );
      expect(report.database).toBe("live");
      expect(await postgres().query("live", "SELECT count(*)::int AS n FROM app.orders")).toEqual([{ n: 5000 }]);
      expect(await postgres().query(report.previousDatabase ?? "", "SELECT count(*)::int AS n FROM old")).toEqual([
        { n: 0 },
      ]);
      expect(asked).toEqual(["asked"]);
      await session.end().catch(() => undefined);
    });

    it("reports an application that does not answer as a failed check, not as success", async () => {
      const unhealthy = async (): Promise<void> => {
        throw new Error("answered 503");
      };
      const report = await restoreBackup(options({ swapWith: "live2", healthCheck: unhealthy }));
      expect([report.ok, report.checks.at(-1)]).toEqual([
        false,
        { name: "application", ok: false, detail: "answered 503" },
      ]);
    });

    it("is not a success when it took longer, or lost more, than was declared", async () => {
      const report = await restoreBackup(options({ objectives: { rtoSeconds: 0, rpoSeconds: 3_600 } }));
      expect([report.ok, report.checks.every(({ ok }) => ok)]).toEqual([false, true]);
    });

    it("opens a set as the guide says, with standard tools alone", async () => {
      const guide = await readFile(join(__dirname, "..", "..", "docs", "restore.md"), "utf8");
      const script = /```bash\n([\s\S]*?)```/.exec(guide)?.[1] ?? "";
      const directory = await mkdtemp(join(tmpdir(), "thorbis-tools-"));
      try {
        for (const { key } of await scene.create.store.list(`test/sets/${manifest.id}/`)) {
          const answer = await scene.client.send(new GetObjectCommand({ Bucket: "restores", Key: key }));
          const name = key.split("/").at(-1) ?? "";
          await writeFile(join(directory, name), (await answer.Body?.transformToByteArray()) ?? "");
        }
        await writeFile(join(directory, "key.txt"), scene.escrowIdentity);
        await writeFile(join(directory, "verify.pem"), scene.settings.verifyKey ?? "");
        // The download is done already, this machine may lack jq, and the set has no files; all else is run as written.
        const local = script
          .replace(/^(SET=|aws ).*$/gm, "")
          .replace(/^jq .*$/m, "")
          .replace(/^open files.*$/m, "");
        execFileSync("bash", ["-c", `set -e; ${local}`], {
          cwd: directory,
          env: { ...process.env, ...postgres().environment, PATH: `${postgres().bin}:${process.env.PATH ?? ""}` },
          stdio: "pipe",
        });
        const [row] = await postgres().query(
          "recovered",
          "SELECT (SELECT count(*)::int FROM app.orders) AS orders, convert_from(lo_get(4711), 'UTF8') AS large",
        );
        expect(row).toEqual({ orders: 5000, large: "a large object" });
      } finally {
        await rm(directory, { recursive: true });
      }
    });

    it("leaves no database behind when a file is damaged", async () => {
      const name = manifest.files.find(({ kind }) => kind === "data")?.name ?? "";
      const at = { Bucket: "restores", Key: `test/sets/${manifest.id}/${name}` };
      const bytes =
        (await (await scene.client.send(new GetObjectCommand(at))).Body?.transformToByteArray()) ?? new Uint8Array();
      const broken = Uint8Array.from(bytes);
      broken[broken.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
      await scene.client.send(new PutObjectCommand({ ...at, Body: broken }));
      const before = await databases();
      await expect(restoreBackup(options())).rejects.toThrow(`${name} could not be restored: age`);
      expect(await databases()).toEqual(before);
      await scene.client.send(new PutObjectCommand({ ...at, Body: bytes }));
    });

    it("drops what a killed restore left, and nothing that is in use or finished", async () => {
      await postgres().query("postgres", "CREATE DATABASE half");
      await postgres().query("postgres", "COMMENT ON DATABASE half IS 'thorbis: unfinished restore of a set'");
      await postgres().query("postgres", "CREATE DATABASE others");
      await restoreBackup(options());
      expect(await databases()).not.toContain("half");
      expect(await databases()).toContain("others");
    });

    it("refuses a name that is taken", async () => {
      await expect(restoreBackup(options({ database: "restores" }))).rejects.toThrow(
        "the database restores exists already",
      );
      expect(await databases()).toContain("restores");
    });

    it("creates the roles that the server lacks, with their passwords, and leaves existing ones alone", async () => {
      await postgres().query("postgres", "ALTER ROLE restores_reader PASSWORD 'changed'");
      expect((await restoreBackup(options())).createdRoles).toEqual([]);
      const login = { user: "restores_reader", password: "changed" };
      await postgres().connect("restores", (client) => client.query("SELECT count(*) FROM app.orders"), login);
    });

    it("brings the attachments back, from a bucket and into one, with their keys, contents and types", async () => {
      const put = (Key: string, Body: Buffer, ContentType: string) =>
        scene.client.send(new PutObjectCommand({ Bucket: "attachments", Key, Body, ContentType }));
      for (const Bucket of ["attachments", "attachments-restored"])
        await scene.client.send(new CreateBucketCommand({ Bucket }));
      const attachments = [
        { key: "uploads/2026/Rechnung für Müller & Söhne.pdf", body: Buffer.from("signed"), type: "application/pdf" },
        { key: "uploads/empty.txt", body: Buffer.alloc(0), type: "text/plain" },
        { key: `uploads/${"deep/".repeat(30)}photo.jpg`, body: randomBytes(3_000_000), type: "image/jpeg" },
      ];
      for (const { key, body, type } of attachments) await put(key, body, type);
      await put("private/not-declared.txt", Buffer.from("x"), "text/plain");
      const files = { kind: "bucket", bucket: "attachments", prefix: "uploads/" } as const;
      const { id } = await createBackup({ ...scene.create, settings: { ...scene.settings, files } });
      const target = { kind: "bucket", bucket: "attachments-restored", prefix: "", client: scene.client } as const;
      const report = await restoreBackup(options({ choice: { kind: "id", id }, files: target }));
      expect(report.restoredFiles).toBe(3);
      const { Contents } = await scene.client.send(new ListObjectsV2Command({ Bucket: "attachments-restored" }));
      expect(Contents?.map(({ Key }) => Key).sort()).toEqual(attachments.map(({ key }) => key).sort());
      for (const { key, body, type } of attachments) {
        const at = { Bucket: "attachments-restored", Key: key };
        const { Body, ContentType } = await scene.client.send(new GetObjectCommand(at));
        expect([ContentType, body.equals((await Body?.transformToByteArray()) ?? Buffer.from("?"))]).toEqual([
          type,
          true,
        ]);
      }
    });

    it("brings the files back, from a directory and into one", async () => {
      const source = await mkdtemp(join(tmpdir(), "thorbis-files-"));
      const target = await mkdtemp(join(tmpdir(), "thorbis-files-"));
      try {
        await writeFile(join(source, "contract.pdf"), "signed");
        const settings = { ...scene.settings, files: { kind: "directory", path: source } as const };
        const { id } = await createBackup({ ...scene.create, settings });
        const report = await restoreBackup(
          options({ choice: { kind: "id", id }, files: { kind: "directory", path: target } }),
        );
        expect(report.restoredFiles).toBe(1);
        expect(await readFile(join(target, "contract.pdf"), "utf8")).toBe("signed");
        expect(await readdir(target)).toEqual(["contract.pdf"]);
      } finally {
        await rm(source, { recursive: true });
        await rm(target, { recursive: true });
      }
    });
  });
});
