/**
 * The tree of another commit, as it was: its program, its configuration, its own dependencies. Kept by commit under a
 * folder that the caller names, so that a second review of the same base does no work.
 */
import { execFile, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { messageOf, OperationFailure } from "../failure.ts";

const run = promisify(execFile);

export interface BaseTree {
  commit: string;
  folder: string;
}

async function git(root: string, ...args: string[]): Promise<string> {
  const { stdout } = await run("git", ["-C", root, ...args], { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim();
}

/** @throws OperationFailure naming the reference when git does not know it */
export async function commitOf(root: string, reference: string): Promise<string> {
  try {
    return await git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`);
  } catch {
    throw new OperationFailure(`git knows no commit ${reference}`, {
      exitCode: 2,
      remedy: "fetch it first: a shallow clone holds only its own commit (fetch-depth: 0)",
    });
  }
}

/** git writes the tree, tar unpacks it: no index, no worktree that would have to be pruned. */
function extract(root: string, commit: string, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const archive = spawn("git", ["-C", root, "archive", "--format=tar", commit], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const unpack = spawn("tar", ["-x", "-C", folder], { stdio: ["pipe", "ignore", "ignore"] });
    archive.stdout.pipe(unpack.stdin);
    let left = 2;
    const ended = (name: string) => (code: number | null) => {
      if (code !== 0) reject(new Error(`${name} failed`));
      else if (--left === 0) resolve();
    };
    archive.on("error", reject).on("close", ended("git archive"));
    unpack.on("error", reject).on("close", ended("tar"));
  });
}

/** The same lock file means the same packages: they are shared. Otherwise the base gets its own. */
async function dependencies(root: string, folder: string): Promise<void> {
  const lock = (where: string) => fs.readFileSync(path.join(where, "package-lock.json"), "utf8");
  if (lock(root) === lock(folder)) {
    fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "dir");
    return;
  }
  await run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
}

/**
 * @param root folder of the repository
 * @param keep folder for trees of other commits
 * @throws OperationFailure when the commit is unknown or its dependencies cannot be installed
 */
export async function baseTree(root: string, reference: string, keep: string): Promise<BaseTree> {
  const commit = await commitOf(root, reference);
  const folder = path.join(keep, commit);
  if (fs.existsSync(folder)) return { commit, folder };
  fs.mkdirSync(keep, { recursive: true });
  // Made beside and renamed: an interrupted run leaves no half tree that the next would take for whole.
  const draft = fs.mkdtempSync(path.join(keep, "draft-"));
  try {
    await extract(root, commit, draft);
    await dependencies(root, draft);
    fs.renameSync(draft, folder);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    throw new OperationFailure(`the tree of ${reference} could not be made: ${messageOf(error)}`, {
      remedy: "look at the disk's free space and at npm's registry settings, then try again",
    });
  }
  return { commit, folder };
}
