import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { type BackupScene, makeBackupScene } from "../../testing/backups.ts";
import { type FaultProxy, startFaultProxy } from "../../testing/fault-proxy.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { openTrail } from "../audit/trail.ts";
import { binariesFor } from "../database/binaries.ts";
import { restoreBackup } from "../restore/restore.ts";
import { parseSettings } from "../settings.ts";
import { createBackup } from "./create.ts";
import { collectPipeline } from "./pipeline.ts";
import { readCatalogue } from "./sets.ts";
import { openStore } from "./store.ts";
import { verifyBackup } from "./verify.ts";

// Real servers on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(180_000);

describeWithAws("faults during a backup", () => {
  describeWithPostgres("of a real server", () => {
    const aws = useAws();
    const postgres = usePostgres();
    let scene: BackupScene;
    let proxy: FaultProxy;

    beforeAll(async () => {
      proxy = await startFaultProxy(aws().endpoint);
      scene = await makeBackupScene(aws(), postgres(), "faults");
      // Large enough for several parts after compression, so that there is a middle.
      await postgres().query(
        "faults",
        "CREATE TABLE app.bulk AS SELECT i, md5(random()::text) || md5(random()::text) || md5(random()::text) AS noise FROM generate_series(1, 450000) i",
      );
    });
    afterAll(async () => {
      await proxy.stop();
    });
    beforeEach(() => {
      proxy.decide = () => ({ kind: "pass" });
    });

    const throughProxy = (maxAttempts: number) => {
      const client = new S3Client({ ...aws().client, endpoint: proxy.endpoint, maxAttempts });
      return { ...scene.create, client, store: openStore(client, "faults") };
    };
    const nothingIsLeft = async (): Promise<void> => {
      expect((await readCatalogue(scene.create.store, "test", scene.settings.verifyKey)).sets).toEqual([]);
      expect(await scene.create.store.list("")).toEqual([]);
      const uploads = await scene.client.send(new ListMultipartUploadsCommand({ Bucket: "faults" }));
      expect(uploads.Uploads ?? []).toEqual([]);
    };
    const terminate = (name: string) =>
      postgres().query(
        "postgres",
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '${name}'`,
      );
    const isPart = (request: { method?: string | undefined; url?: string | undefined }): boolean =>
      request.method === "PUT" && (request.url ?? "").includes("partNumber=");

    it("fails when pg_dump dies in the middle, and leaves nothing that is listed", async () => {
      let killed = false;
      proxy.decide = async (request) => {
        if (isPart(request) && !killed) {
          killed = true;
          await terminate("pg_dump");
        }
        return { kind: "pass" };
      };
      await expect(createBackup(throughProxy(3))).rejects.toThrow(/pg_dump \(code 1\) failed|connection/);
      expect(killed).toBe(true);
      await nothingIsLeft();
    });

    it("fails when the upload fails half way", async () => {
      let parts = 0;
      proxy.decide = (request) => {
        if (isPart(request)) parts += 1;
        return isPart(request) && parts > 1 ? { kind: "answer", status: 403, code: "AccessDenied" } : { kind: "pass" };
      };
      await expect(createBackup(throughProxy(3))).rejects.toThrow(/upload of .* failed: .*AccessDenied/);
      await nothingIsLeft();
    });

    it("fails when the connection that holds the snapshot is lost", async () => {
      proxy.decide = async (request) => {
        if (isPart(request)) await terminate("thorbis backup%");
        return { kind: "pass" };
      };
      await expect(createBackup(throughProxy(3))).rejects.toThrow("the connection that holds the snapshot was lost");
      await nothingIsLeft();
    });

    it("ends in order when it is interrupted", async () => {
      const abort = new AbortController();
      proxy.decide = (request) => {
        if (isPart(request)) abort.abort(new Error("interrupted"));
        return { kind: "pass" };
      };
      await expect(createBackup({ ...throughProxy(3), signal: abort.signal })).rejects.toThrow(/interrupted|aborted/);
      await nothingIsLeft();
      expect(execFileSync("ps", ["-eo", "args"]).toString()).not.toMatch(/pg_dump .*--snapshot/);
    });

    it("succeeds although S3 throttles, answers 500 and cuts connections, and what it stored is whole", async () => {
      let requests = 0;
      proxy.decide = (request) => {
        requests += 1;
        if (requests % 9 === 0) return { kind: "answer", status: 503, code: "SlowDown" };
        if (requests % 13 === 0) return { kind: "answer", status: 500, code: "InternalError" };
        if (requests % 17 === 0) return { kind: "cut" };
        return request.method === "GET" && (request.url ?? "").includes(".age")
          ? { kind: "cut-body", afterBytes: 15_000_000 }
          : { kind: "pass" };
      };
      const manifest = await createBackup(throughProxy(10));
      proxy.decide = () => ({ kind: "pass" });
      const options = { store: scene.create.store, settings: scene.settings, prefix: "test", now: () => new Date() };
      await expect(verifyBackup({ ...options, choice: { kind: "id", id: manifest.id } })).resolves.toMatchObject({
        id: manifest.id,
      });
    });

    it("restores although S3 throttles and cuts every download of a file", async () => {
      let cuts = 0;
      proxy.decide = (request) => {
        const isFile = request.method === "GET" && (request.url ?? "").includes(".age");
        if (!isFile) return { kind: "pass" };
        cuts += 1;
        return cuts % 4 === 0
          ? { kind: "answer", status: 503, code: "SlowDown" }
          : { kind: "cut-body", afterBytes: 12_000_000 };
      };
      const { store, settings, prefix, now } = throughProxy(10);
      const report = await restoreBackup({
        store,
        settings,
        prefix,
        now,
        choice: { kind: "latest" },
        serverUrl: postgres().url("postgres"),
        database: "restored_through_faults",
        objectives: { rtoSeconds: 600, rpoSeconds: 3_600 },
      });
      expect([report.ok, cuts > report.checks.length]).toEqual([true, true]);
    });

    it("lets one of two backups win and refuses the other", async () => {
      const results = await Promise.allSettled([createBackup(scene.create), createBackup(scene.create)]);
      expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      const refused = results.find(({ status }) => status === "rejected");
      expect(refused?.status === "rejected" ? String(refused.reason) : "").toContain(
        "another backup of this database is running",
      );
    });
  });
});

it("refuses a server that is newer than every installed client, before anything is read", () => {
  const installed = [{ directory: "/usr/lib/postgresql/15/bin", major: 15, version: "15.14" }];
  expect(() => binariesFor(installed, { major: 17, version: "17.2" })).toThrow(
    "the server runs Postgres 17.2, the installed clients are: 15.14",
  );
  expect(
    binariesFor([...installed, { directory: "", major: 18, version: "18.0" }], { major: 17, version: "17.2" }).major,
  ).toBe(18);
});

const itWithFullDevice = existsSync("/dev/full") ? it : it.skip;

itWithFullDevice("reports a full disk as what it is, wherever in a pipeline it happens", async () => {
  await expect(collectPipeline([["echo", "data"], { shell: "cat > /dev/full", name: "cat" }])).rejects.toThrow(
    /cat \(code 1\) failed: .*No space left on device/,
  );
  const trail = openTrail(parseSettings({ environment: "test", audit: { file: "/dev/full" } }), "db");
  const record = {
    id: "",
    at: "",
    operator: "",
    environment: "test",
    action: "backup create",
    result: "started",
    detail: {},
  } as const;
  await expect(trail.write(record)).rejects.toThrow(
    /the audit file \/dev\/full does not take the record of this operation: .*ENOSPC/,
  );
});

it("names the program that failed, not the ones that its end cut off", async () => {
  await expect(
    collectPipeline([["yes"], { shell: "{ head -c 10 >/dev/null; exit 3; }", name: "head" }]),
  ).rejects.toThrow(/^head \(code 3\) failed/);
});
