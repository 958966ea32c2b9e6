import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, unknown>;
}
interface Job {
  if?: string;
  permissions?: Record<string, string>;
  environment?: unknown;
  env?: Record<string, unknown>;
  steps: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  env?: Record<string, unknown>;
  jobs: Record<string, Job>;
}

const read = (name: string): Workflow =>
  parse(readFileSync(path.join(__dirname, "../../.github/workflows", name), "utf8")) as Workflow;

function job({ jobs }: Workflow, name: string): Job {
  const found = jobs[name];
  if (!found) throw new Error(`the workflow has no job ${name}`);
  return found;
}

describe("the job that runs a pull request's code, a fork's too", () => {
  const workflow = read("preview.yml");
  const review = job(workflow, "review");

  test("is started by the event that gives forks no secret", () => {
    expect(Object.keys(workflow.on)).toEqual(["pull_request"]);
  });

  test("names no secret, no token and no environment that could hold one", () => {
    expect(JSON.stringify([review, workflow.env])).not.toMatch(/secrets\.|github\.token|GITHUB_TOKEN|secrets\[/);
    expect(review.environment).toBeUndefined();
  });

  test("may read the code and nothing else", () => {
    expect(workflow.permissions).toEqual({});
    expect(review.permissions).toEqual({ contents: "read" });
  });

  test("leaves no credential in the checkout", () => {
    const checkout = review.steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkout?.with?.["persist-credentials"]).toBe(false);
  });

  test("every other job of that workflow runs for the same repository only", () => {
    for (const [name, { if: condition }] of Object.entries(workflow.jobs)) {
      if (name !== "review") {
        expect([name, condition]).toEqual([name, "github.event.pull_request.head.repo.full_name == github.repository"]);
      }
    }
  });
});

describe("the job that posts the comment", () => {
  const workflow = read("preview-comment.yml");
  const comment = job(workflow, "comment");

  test("checks out the default branch, never the pull request", () => {
    const checkouts = comment.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((step) => step.with?.ref)).toEqual([
      expect.stringMatching(/^\$\{\{ github\.event\.repository\.default_branch \}\}$/),
    ]);
    expect(JSON.stringify(comment.steps)).not.toMatch(/head_branch|head_repository|head\.ref/);
  });

  test("runs its own commands only, and hands over what was downloaded as data", () => {
    for (const { run } of comment.steps)
      if (run !== undefined) expect(run).toMatch(/^\.\/thorbis report (?:comment|render) /);
  });

  test("puts nothing that the pull request chose into a command line", () => {
    for (const { run = "" } of comment.steps) expect(run).not.toContain("${{");
  });

  test("downloads into a folder that no checkout, action or package comes from", () => {
    const download = comment.steps.find(({ uses }) => uses?.startsWith("actions/download-artifact@"));
    expect(download?.with?.path).toBe("review");
  });

  test("may write on pull requests and nowhere else", () => {
    expect(workflow.permissions).toEqual({});
    expect(comment.permissions).toEqual({ contents: "read", actions: "read", "pull-requests": "write" });
  });
});
