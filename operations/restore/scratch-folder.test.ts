import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { scratchFolder } from "./scratch-folder.ts";

test("what a killed restore left is removed; another's that still runs stays", async () => {
  const parent = mkdtempSync(join(tmpdir(), "scratch-"));
  try {
    const { pid: dead } = spawnSync("true");
    for (const owner of [dead, process.ppid]) {
      mkdirSync(join(parent, `thorbis-restore-${owner}-abc`));
      writeFileSync(join(parent, `thorbis-restore-${owner}-abc`, "schema.dump"), "definitions");
    }
    const folder = await scratchFolder(parent);
    expect(readdirSync(parent).sort()).toEqual([`thorbis-restore-${process.ppid}-abc`, basename(folder)].sort());
    expect(basename(folder)).toMatch(new RegExp(`^thorbis-restore-${process.pid}-`));
  } finally {
    rmSync(parent, { recursive: true });
  }
});
