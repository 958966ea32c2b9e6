import { describeWithAws, useAws } from "../../testing/aws.ts";
import { type BackupScene, makeBackupScene } from "../../testing/backups.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { createBackup } from "../backups/create.ts";
import { readCatalogue } from "../backups/sets.ts";
import { type DrillOptions, runDrill } from "./drill.ts";
import { readDrills, standingOf } from "./history.ts";
import { reportDrills } from "./report.ts";

// Real servers on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

describeWithAws("drills", () => {
  describeWithPostgres("with a throw-away server", () => {
    const aws = useAws();
    const postgres = usePostgres();
    let scene: BackupScene;

    beforeAll(async () => {
      scene = await makeBackupScene(aws(), postgres(), "drills");
      await createBackup(scene.create);
    });

    const options = (changes: Partial<DrillOptions> = {}): DrillOptions => ({
      store: scene.create.store,
      settings: scene.settings,
      prefix: "test",
      choice: { kind: "latest" },
      kind: "latest",
      objectives: { rtoSeconds: 600, rpoSeconds: 3_600 },
      now: () => new Date(),
      ...changes,
    });
    const standing = async () =>
      (await readCatalogue(scene.create.store, "test", scene.settings.verifyKey)).sets[0]?.standing;

    it("proves the latest set, logs in as its roles, and keeps the result", async () => {
      const drill = await runDrill(options());
      expect(drill.checks.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
        "schema true",
        "row counts true",
        "constraints true",
        "access true",
        "log-in true",
      ]);
      expect([drill.ok, drill.failure, await standing()]).toEqual([true, undefined, "restored"]);
      expect(await readDrills(scene.create.store, "test")).toEqual([drill]);
    });

    it("opens a set with the escrow key alone, and not with the everyday key in that drill", async () => {
      const escrow = { ...scene.settings, identity: scene.escrowIdentity };
      expect(await runDrill(options({ kind: "key-loss", settings: escrow }))).toMatchObject({
        ok: true,
        kind: "key-loss",
      });
      const everyday = await runDrill(options({ kind: "key-loss" }));
      expect(everyday).toMatchObject({ ok: false, failure: expect.stringContaining("it is sealed for safe (escrow)") });
    });

    it("fails and keeps it when a declared time was not met", async () => {
      const drill = await runDrill(options({ objectives: { rtoSeconds: 600, rpoSeconds: 0 } }));
      expect([drill.ok, drill.checks.every(({ ok }) => ok)]).toEqual([false, true]);
      const report = reportDrills(await readDrills(scene.create.store, "test"));
      expect(report).toContain("FAILED");
      expect(report).toMatch(/\| RPO \| .* \| 0\.0 s \| \*\*above\*\* \|/);
    });

    it("is a failed drill when there is nothing to restore", async () => {
      const drill = await runDrill(options({ prefix: "empty" }));
      expect(drill).toMatchObject({ ok: false, failure: "there is no verified backup" });
    });
  });
});

it("calls a drill missed when the last success is too old, or was never", () => {
  const now = new Date("2026-11-21T00:00:00Z");
  const drill = {
    operator: "",
    setId: "",
    kind: "latest",
    rtoSeconds: 1,
    rpoSeconds: 1,
    objectives: { rtoSeconds: 1, rpoSeconds: 1 },
    checks: [],
  } as const;
  const at = (day: string, ok: boolean) => ({ ...drill, checks: [], at: `${day}T00:00:00Z`, ok });
  expect(standingOf([], 35, now)).toEqual({ lastSuccess: undefined, days: Number.POSITIVE_INFINITY, isMissed: true });
  expect(standingOf([at("2026-11-01", true), at("2026-11-20", false)], 35, now)).toMatchObject({
    days: 20,
    isMissed: false,
  });
  expect(standingOf([at("2026-10-01", true)], 35, now).isMissed).toBe(true);
});
