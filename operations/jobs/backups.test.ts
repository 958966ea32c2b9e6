import { CopyObjectCommand, CreateBucketCommand } from "@aws-sdk/client-s3";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { type BackupScene, makeBackupScene } from "../../testing/backups.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import type { Measurements } from "../audit/metrics.ts";
import { openStore } from "../backups/store.ts";
import { readDrills } from "../drills/history.ts";
import { type OperationSettings, parseSettings } from "../settings.ts";
import { dailyBackup } from "./daily-backup.ts";
import { dailyBackupPruning } from "./daily-backup-pruning.ts";
import { dailyBackupVerification } from "./daily-backup-verification.ts";
import { quarterlyRecoveryTest } from "./quarterly-recovery-test.ts";
import { type JobOptions, runJob } from "./run.ts";

describeWithAws("the jobs of the backups", () => {
  describeWithPostgres("with a real server and bucket", () => {
    const aws = useAws();
    const postgres = usePostgres();
    let scene: BackupScene;
    let settings: OperationSettings;
    const published: Measurements[] = [];

    beforeAll(async () => {
      scene = await makeBackupScene(aws(), postgres(), "calendar");
      const { endpoint, region, credentials } = aws().client;
      const { accessKeyId, secretAccessKey } = credentials;
      settings = {
        ...parseSettings({ environment: "test", aws: { endpoint, region, accessKeyId, secretAccessKey } }),
        database: { url: scene.create.databaseUrl, name: "thorbis-database" },
        backups: scene.settings,
      };
    });

    const options = (changes: Partial<JobOptions> = {}): JobOptions => ({
      settings,
      now: () => new Date(),
      trailOf: () => ({
        write: async () => undefined,
        publish: async (measurements) => void published.push(measurements),
      }),
      ...changes,
    });

    it("is red while there is no set", async () => {
      await expect(runJob(dailyBackupVerification, options())).rejects.toMatchObject({
        results: [
          { name: "newest set of thorbis-database", status: "failed", detail: "there is no set" },
          { name: "integrity of thorbis-database", status: "unknown" },
          { name: "restoration of thorbis-database", status: "failed" },
          { name: "last drill of thorbis-database", status: "failed", detail: "the last one that succeeded: none" },
        ],
      });
    });

    it("makes the day's set, then proves that it is whole and becomes a database again", async () => {
      const [made] = await runJob(dailyBackup, options());
      expect(made).toMatchObject({ name: "backup of thorbis-database", status: "passed" });
      expect(published).toContainEqual(expect.objectContaining({ completedBackups: 1 }));
      const results = await runJob(dailyBackupVerification, options());
      expect(results.map(({ name, status }) => `${name} ${status}`)).toEqual([
        "newest set of thorbis-database passed",
        "integrity of thorbis-database passed",
        "restoration of thorbis-database passed",
        "last drill of thorbis-database passed",
      ]);
      const [measured] = published.filter(({ completedDrills }) => completedDrills === 1);
      expect(measured).toMatchObject({ verifiedBackups: 1, recoveryObjectiveBreaches: 0 });
      expect(measured?.daysSinceDrill).toBeLessThan(1);
    }, 60_000);

    it("is red when the newest set is not the day's, although it can be restored", async () => {
      const tomorrow = () => new Date(Date.now() + 27 * 3_600_000);
      await expect(
        runJob(
          { ...dailyBackupVerification, checks: (context) => dailyBackupVerification.checks(context).slice(0, 1) },
          options({ now: tomorrow }),
        ),
      ).rejects.toMatchObject({
        results: [{ status: "failed", detail: expect.stringMatching(/1620 minutes old, not 1560/) }],
      });
    });

    it("rehearses the loss of the region from the other one's copy, and keeps the proof here", async () => {
      const here = openStore(scene.client, "calendar");
      await scene.client.send(new CreateBucketCommand({ Bucket: "calendar-copy" }));
      for (const { key } of await here.list("")) {
        const copy = { Bucket: "calendar-copy", Key: key, CopySource: `calendar/${key}` };
        if (!key.includes("/drills/")) await scene.client.send(new CopyObjectCommand(copy));
      }
      const replica = { bucket: "calendar-copy", region: settings.aws.region };
      const results = await runJob(
        quarterlyRecoveryTest,
        options({ settings: { ...settings, backups: { ...scene.settings, replica } } }),
      );
      expect(results).toEqual([
        expect.objectContaining({ name: "restoration of thorbis-database from the other region", status: "passed" }),
      ]);
      const drills = await readDrills(here, "test");
      expect(drills.map(({ kind, ok }) => [kind, ok])).toContainEqual(["replica", true]);
      expect(await readDrills(openStore(scene.client, "calendar-copy"), "test")).toEqual([]);
    }, 60_000);

    it("prunes nothing that retention keeps, and says so", async () => {
      expect(await runJob(dailyBackupPruning, options())).toEqual([
        expect.objectContaining({ status: "passed", detail: "0 of 1 sets removed, 0 locked" }),
      ]);
    });

    it("is red, not skipped, when the keys are missing", async () => {
      const { backups, ...without } = settings;
      expect(backups).toBe(scene.settings);
      await expect(runJob(dailyBackup, options({ settings: without }))).rejects.toMatchObject({
        results: [{ status: "unknown", detail: expect.stringContaining("no backup is declared") }],
      });
    });
  });
});
