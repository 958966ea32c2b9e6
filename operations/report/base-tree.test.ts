import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { baseTree, commitOf } from "./base-tree.ts";

let root: string;
let keep: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-C", root, "-c", "user.name=t", "-c", "user.email=t@localhost", ...args], {
    encoding: "utf8",
  }).trim();
const write = (name: string, text: string) => fs.writeFileSync(path.join(root, name), text);

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "base-tree-"));
  keep = path.join(root, ".thorbis", "base");
  git("init", "--quiet", "--initial-branch=main");
  write(".gitignore", "node_modules\n.thorbis\n");
  write("package.json", '{"name":"x","version":"1.0.0"}');
  write(
    "package-lock.json",
    '{"name":"x","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"x","version":"1.0.0"}}}',
  );
  write("index.ts", "base");
  fs.mkdirSync(path.join(root, "node_modules"));
  git("add", ".");
  git("commit", "--quiet", "-m", "base");
  write("index.ts", "head");
});
afterEach(() => fs.rmSync(root, { recursive: true }));

test("holds the program as it was, whatever the working tree says now", async () => {
  const tree = await baseTree(root, "main", keep);
  expect(tree.commit).toBe(git("rev-parse", "main"));
  expect(fs.readFileSync(path.join(tree.folder, "index.ts"), "utf8")).toBe("base");
  expect(git("status", "--short")).toBe("M index.ts");
});

test("shares the packages when the lock file is the same", async () => {
  const { folder } = await baseTree(root, "main", keep);
  expect(fs.readlinkSync(path.join(folder, "node_modules"))).toBe(path.join(root, "node_modules"));
});

test("installs the base's own packages when the lock file differs", async () => {
  write(
    "package-lock.json",
    '{"name":"x","version":"2.0.0","lockfileVersion":3,"packages":{"":{"name":"x","version":"2.0.0"}}}',
  );
  const { folder } = await baseTree(root, "main", keep);
  expect(
    fs.existsSync(path.join(folder, "node_modules")) &&
      fs.lstatSync(path.join(folder, "node_modules")).isSymbolicLink(),
  ).toBe(false);
});

test("a second review of the same base finds it ready", async () => {
  const first = await baseTree(root, "main", keep);
  const marker = path.join(first.folder, "marker");
  fs.writeFileSync(marker, "");
  await baseTree(root, "main", keep);
  expect(fs.existsSync(marker)).toBe(true);
});

test.each(["no-such-branch", "--help"])("refuses %s as a commit, with a remedy", async (reference) => {
  await expect(commitOf(root, reference)).rejects.toMatchObject({
    exitCode: 2,
    remedy: expect.stringContaining("fetch"),
  });
});
