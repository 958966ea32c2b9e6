/** `./thorbis report`: what a pull request does to every environment, as data, as a comment, as a page. */
import * as fs from "node:fs";
import * as path from "node:path";
import { type Command, Option } from "commander";
import { listStacks } from "../engine/config/project.ts";
import { OperationFailure } from "../operations/failure.ts";
import { baseTree, commitOf } from "../operations/report/base-tree.ts";
import { headOf, postComment } from "../operations/report/comment.ts";
import { markdown } from "../operations/report/markdown.ts";
import { page } from "../operations/report/page.ts";
import { type EnvironmentReview, parseReview, type Review } from "../operations/report/review.ts";
import { compareWithBase } from "./deployment/against-base.ts";
import { defaultParallel } from "./deployment/flags.ts";
import { newlyMissing } from "./deployment/missing-variables.ts";
import { environmentReview } from "./deployment/review.ts";
import { type Answer, type Order, reviewsOf } from "./deployment/review-workers.ts";
import { judgeConfiguration, openSession } from "./deployment/session.ts";
import { explain } from "./explain.ts";

const examples = `
Examples:
  ./thorbis report collect --base main --out review.json
  ./thorbis report render review.json --markdown review.md --html review.html
  ./thorbis report comment review.json --pull-request 12 --head COMMIT
`;

export function register(program: Command): void {
  const report = program
    .command("report")
    .description("What a change does to every environment: collected as data, rendered as a comment and a page")
    .addHelpText("after", examples);
  report
    .command("collect")
    .description("Preview every environment against a base, on throw-away worlds, and write the facts as JSON")
    .requiredOption("--base <reference>", "branch, tag or commit that the change is compared with")
    .requiredOption("--out <file>", "where to write the facts")
    .option("--environment <name...>", "only these; default: every Pulumi.<name>.yaml")
    .option("-C, --cwd <folder>", "folder of the project's Pulumi.yaml", process.cwd())
    .action(collect);
  report
    .command("worker", { hidden: true })
    .requiredOption("--cwd <folder>", "folder of the project's Pulumi.yaml")
    .action(worker);
  report
    .command("render")
    .description("Make a Markdown comment and an HTML page of collected facts")
    .argument("<file>", "what `collect` wrote")
    .option("--markdown <file>", "where to write the comment")
    .option("--html <file>", "where to write the page")
    .action(render);
  report
    .command("comment")
    .description("Post the comment on a pull request, or update the one that is there")
    .argument("<file>", "what `collect` wrote; parsed strictly, since a pull request's own job made it")
    .requiredOption("--pull-request <number>", "its number, or a file that holds it")
    .requiredOption("--head <commit>", "the commit that was reviewed; another head of the pull request is refused")
    .addOption(new Option("--repository <owner/name>", "the repository").env("GITHUB_REPOSITORY").makeOptionMandatory())
    .addOption(new Option("--api <url>", "the host's API").env("GITHUB_API_URL").default("https://api.github.com"))
    .action(comment);
}

async function collect({
  base,
  out,
  environment,
  cwd,
}: {
  base: string;
  out: string;
  environment?: string[];
  cwd: string;
}): Promise<void> {
  const root = path.resolve(cwd);
  const names = environment ?? (await listStacks(root));
  const commit = await commitOf(root, base);
  const tree = baseTree(root, commit, path.join(root, ".thorbis", "base"));
  const environments = await reviewsOf(names, { root, base: tree }, (name) =>
    process.stderr.write(`${name}: previewing against ${commit.slice(0, 12)}\n`),
  );
  const review: Review = { version: 1, base: commit, head: await commitOf(root, "HEAD"), environments };
  fs.mkdirSync(path.dirname(path.resolve(out)), { recursive: true });
  fs.writeFileSync(out, `${JSON.stringify(review)}\n`);
  process.stdout.write(`${out}\n`);
  if (environments.some(({ error }) => error !== undefined)) process.exitCode = 1;
}

/** Answers one order after the other, for as long as it is asked. */
function worker({ cwd }: { cwd: string }): Promise<void> {
  const obey = async ({ stack, baseFolder }: Order): Promise<Answer> => {
    try {
      return { review: await reviewOf(stack, baseFolder, cwd) };
    } catch (error) {
      return { error: explain(error).message };
    } finally {
      // Two workers and what each environment leaves behind would not stay below a gigabyte.
      global.gc?.();
    }
  };
  process.on("message", (order: Order) => void obey(order).then((answer) => process.send?.(answer)));
  return new Promise((resolve) => process.once("disconnect", resolve));
}

async function reviewOf(stack: string, baseFolder: string, cwd: string): Promise<EnvironmentReview> {
  const session = await openSession(cwd, stack);
  judgeConfiguration(session, { mayPretend: true });
  const comparison = await compareWithBase(session, baseFolder, {
    transport: "in-process",
    parallel: defaultParallel,
    events: () => undefined,
  });
  return environmentReview(stack, comparison, await newlyMissing(session, baseFolder));
}

const readReview = (file: string): Review => {
  if (!fs.existsSync(file)) {
    throw new OperationFailure(`${file} does not exist`, {
      exitCode: 2,
      remedy: "give the file that `report collect` wrote",
    });
  }
  return parseReview(fs.readFileSync(file, "utf8"));
};

function render(file: string, { markdown: comments, html }: { markdown?: string; html?: string }): void {
  const review = readReview(file);
  if (comments === undefined && html === undefined) {
    process.stdout.write(markdown(review));
    return;
  }
  if (comments !== undefined) fs.writeFileSync(comments, markdown(review));
  if (html !== undefined) fs.writeFileSync(html, page(review));
}

interface CommentFlags {
  pullRequest: string;
  head: string;
  repository: string;
  api: string;
}

async function comment(file: string, { pullRequest, head, repository, api }: CommentFlags): Promise<void> {
  const token = process.env.GITHUB_TOKEN;
  if (!token)
    throw new OperationFailure("GITHUB_TOKEN is not set", {
      exitCode: 2,
      remedy: "give the job's token in the environment",
    });
  const text = fs.existsSync(pullRequest) ? fs.readFileSync(pullRequest, "utf8") : pullRequest;
  if (!/^\d{1,9}$/.test(text.trim())) {
    throw new OperationFailure("--pull-request is no number", {
      exitCode: 2,
      remedy: "give the pull request's number",
    });
  }
  const target = { api, repository, pullRequest: Number(text), token };
  // The number came from the untrusted job: it must not make this job write on another pull request.
  if ((await headOf(target)) !== head) {
    throw new OperationFailure(`pull request ${target.pullRequest} does not have the head ${head}`, {
      exitCode: 2,
      remedy: "the pull request moved on, and its next review will post; or the number is not its own",
    });
  }
  process.stdout.write(`${await postComment(target, markdown(readReview(file)))}\n`);
}
