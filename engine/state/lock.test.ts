import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { acquireLock } from "./lock.ts";

jest.setTimeout(60_000);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function lockOf(owner: object): Promise<void> {
  const known = {
    username: "other",
    hostname: os.hostname(),
    timestamp: "2026-01-01T00:00:00Z",
    command: "up staging",
  };
  await writeFile(path.join(folder, "theirs.json"), JSON.stringify({ ...known, ...owner }));
}

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await new Promise((resolve) => child.once("exit", resolve));
  return child.pid ?? 0;
}

test("a lock names its owner in the CLI's fields and is gone after its release", async () => {
  const lock = await acquireLock(folder, "up development");
  const [name = ""] = await readdir(folder);
  expect(name).toMatch(/^[0-9a-f-]{36}\.json$/);
  expect(JSON.parse(await readFile(path.join(folder, name), "utf8"))).toMatchObject({
    pid: process.pid,
    username: os.userInfo().username,
    hostname: os.hostname(),
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    command: "up development",
  });
  await expect(acquireLock(folder, "destroy")).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringMatching(new RegExp(`pid ${process.pid}, up development`)),
  });
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test("takes over the lock of a dead process on this host, and says so", async () => {
  const pid = await deadProcess();
  await lockOf({ pid });
  const lock = await acquireLock(folder, "up");
  expect(lock.notices).toEqual([expect.stringMatching(new RegExp(`other@.*pid ${pid}, up staging`))]);
  expect(await readdir(folder)).toHaveLength(1);
  await lock.release();
});

test("takes over a lock whose process id now belongs to another process", async () => {
  await lockOf({ pid: process.pid, started: "an-earlier-boot 1" });
  const lock = await acquireLock(folder, "up");
  expect(lock.notices).toHaveLength(1);
  await lock.release();
});

test.each([
  ["a living process on this host", { pid: process.pid }],
  ["another host, whatever its process id", { pid: 2 ** 22 + 1, hostname: "elsewhere" }],
  ["nobody that can be asked", { pid: undefined }],
])("refuses the lock of %s and names the owner", async (_, owner) => {
  await lockOf(owner);
  await expect(acquireLock(folder, "up")).rejects.toThrow(/locked by:\s+other@/);
  expect(await readdir(folder)).toEqual(["theirs.json"]);
});

test("a lock file that cannot be read as JSON still is a lock", async () => {
  await writeFile(path.join(folder, "torn.json"), '{"pid":');
  await expect(acquireLock(folder, "up")).rejects.toThrow(/unknown@unknown/);
});
