import { spawnSync } from "node:child_process";
import * as path from "node:path";

jest.setTimeout(240_000);

test("five kills at random moments of up and destroy lose, double and orphan nothing", () => {
  const ran = spawnSync(process.execPath, [path.join(__dirname, "kills.ts"), "--count", "5", "--groups", "4"], {
    encoding: "utf8",
  });
  expect(ran.stdout.split("\n").at(-2)).toMatch(/^5 kills \(\d in the middle of the work\), 0 failures$/);
  expect(ran.status).toBe(0);
});
