import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Layout, layoutOf } from "./layout.ts";
import { mailService } from "./mail/service.ts";
import { runningProcess } from "./records.ts";
import { createSupervisor } from "./supervisor.ts";

/** The same service of the same stack, as two people (or two clones of one) have it on a machine. */
describe("two checkouts on one machine", () => {
  const roots = [1, 2].map((number) => mkdtempSync(join(tmpdir(), `thorbis-checkout-${number}-`)));
  const [mine = layoutOf(""), yours = layoutOf("")] = roots.map((root) => layoutOf(root));
  const supervise = (layout: Layout) => createSupervisor(layout, [mailService]);
  const pid = (layout: Layout) => runningProcess(layout, "mail")?.pid;
  const state = async (layout: Layout) => (await supervise(layout).status())[0]?.state;

  beforeAll(() => Promise.all([mine, yours].map((layout) => supervise(layout).start())), 30_000);
  afterAll(async () => {
    await Promise.all([mine, yours].map((layout) => supervise(layout).reset()));
    for (const root of roots) rmSync(root, { recursive: true, force: true });
  }, 30_000);

  it("have processes, ports and passwords of their own", async () => {
    const ports = [mine, yours].map((layout) => JSON.parse(readFileSync(layout.ports, "utf8")).mail);
    expect(new Set(ports).size).toBe(2);
    expect(new Set([pid(mine), pid(yours)]).size).toBe(2);
    const authority = (layout: Layout) => readFileSync(join(layout.authority, "authority.pem"), "utf8");
    expect(authority(mine)).not.toBe(authority(yours));
  });

  it("stop, start again and reset without the other noticing", async () => {
    const other = pid(yours);
    await supervise(mine).stop();
    expect([await state(mine), await state(yours)]).toEqual(["stopped", "running"]);
    await supervise(mine).start();
    await supervise(mine).reset();
    expect(existsSync(mine.directory)).toBe(false);
    expect([pid(yours), await state(yours)]).toEqual([other, "running"]);
    await supervise(mine).start();
  }, 30_000);

  it("never end the other's process, even where one's record names it", async () => {
    const other = runningProcess(yours, "mail");
    const own = pid(mine);
    // As after a copy of a checkout with everything in it: the record names a process of the original.
    writeFileSync(mine.service("mail").record, JSON.stringify({ ...other, startedAt: "another boot/1" }));
    expect(pid(mine)).toBe(own);
    await supervise(mine).stop();
    expect([pid(mine), pid(yours)]).toEqual([undefined, other?.pid]);
    await supervise(mine).start();
  }, 30_000);

  it("give way to each other's ports: one that is taken is said, and new ones are chosen on demand", async () => {
    await supervise(mine).stop();
    const theirs = JSON.parse(readFileSync(yours.ports, "utf8")).mail;
    writeFileSync(mine.ports, JSON.stringify({ mail: theirs }));
    await expect(supervise(mine).start()).rejects.toMatchObject({
      message: expect.stringContaining(`port ${theirs} of mail is taken by process ${pid(yours)}`),
      remedy: expect.stringContaining("--new-ports"),
    });
    await supervise(mine).start(undefined, { newPorts: true });
    expect(JSON.parse(readFileSync(mine.ports, "utf8")).mail).not.toBe(theirs);
    expect([await state(mine), await state(yours)]).toEqual(["running", "running"]);
  }, 30_000);
});
