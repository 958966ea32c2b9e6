import { spawnSync } from "node:child_process";
import * as path from "node:path";

jest.setTimeout(60_000);

test("docs/commands.md is what the commands' own help says", () => {
  const root = path.resolve(__dirname, "..");
  const ran = spawnSync(process.execPath, ["scripts/generate.ts", "--check"], { cwd: root, encoding: "utf8" });
  expect(`${ran.stdout}${ran.stderr}`).not.toContain("docs/commands.md");
});
