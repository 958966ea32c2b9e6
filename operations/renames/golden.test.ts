import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

let root: string;
const graph = (name: string, aliases?: string[]) => ({
  "pulumi:pulumi:Stack::shop": { inputs: {} },
  [`aws:s3/bucket:Bucket::${name}`]: {
    inputs: { bucket: name, region: "us-east-1" },
    parent: "pulumi:pulumi:Stack::shop",
    ...(aliases && { aliases }),
  },
});
const write = (content: unknown) =>
  writeFileSync(path.join(root, "stacks/__golden__/staging.json"), JSON.stringify(content));
const check = () => {
  const script = path.join(__dirname, "../../scripts/renames.ts");
  const { status, stdout } = spawnSync(process.execPath, [script, "--cwd", root], { encoding: "utf8" });
  return { status, stdout };
};

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "renames-"));
  mkdirSync(path.join(root, "stacks/__golden__"), { recursive: true });
  write(graph("backups"));
  const git = (...words: string[]) =>
    execFileSync("git", ["-C", root, "-c", "user.name=t", "-c", "user.email=t@localhost", ...words]);
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "base");
});
afterEach(() => rmSync(root, { recursive: true }));

test("the check of a tree with an unaliased rename fails and names the alias", () => {
  write(graph("safekeeping"));
  expect(check()).toEqual({
    status: 4,
    stdout: expect.stringContaining('aliases: [{ name: "backups" }]'),
  });
});

test("the same with the alias passes, as does a tree without a change", () => {
  expect(check()).toEqual({ status: 0, stdout: "" });
  write(graph("safekeeping", ["aws:s3/bucket:Bucket::backups"]));
  expect(check()).toEqual({ status: 0, stdout: "" });
});
