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
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "--cwd", root], { encoding: "utf8" });
  return { status, stdout: stdout + stderr };
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

describe("what is meant to be made anew", () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const record = (expires: string, reason = "the bucket was empty from its first day on") =>
    JSON.stringify([
      { from: "aws:s3/bucket:Bucket::backups", to: "aws:s3/bucket:Bucket::safekeeping", reason, owner: "ada", expires },
    ]);
  const withRecord = (text: string) => {
    mkdirSync(path.join(root, "operations/renames"), { recursive: true });
    writeFileSync(path.join(root, "operations/renames/intended.json"), text);
    write(graph("safekeeping"));
    return check();
  };

  test("passes by a record with a reason, an owner and an end, and is told with them", () => {
    const { status, stdout } = withRecord(record(day(30)));
    expect(status).toBe(0);
    expect(stdout).toContain(`until ${day(30)} (ada): the bucket was empty`);
  });

  test("fails again once the record has ended", () => {
    expect(withRecord(record(day(-1)))).toMatchObject({ status: 4 });
  });

  test.each([
    ["without a reason", record(day(30), "because"), "0.reason"],
    ["for longer than a quarter", record(day(200)), "0.expires: holds 90 days at most"],
  ])("is refused %s", (_, text, fault) => {
    expect(withRecord(text)).toEqual({ status: 2, stdout: expect.stringContaining(fault) });
  });
});
