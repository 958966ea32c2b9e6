/** The steps of the workflows as they stand in the files, run as a runner does: with no more in their environment than the file gives. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { environmentFixture, reviewFixture } from "../../testing/review.ts";

jest.setTimeout(60_000);

interface Step {
  run?: string;
  env?: Record<string, string>;
}

const root = path.resolve(__dirname, "../..");
const hasAge = spawnSync("age", ["--version"]).status === 0;

let folder: string;
let host: http.Server;
let posted: string[];
let plainEnvironment: Record<string, string>;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "workflow-steps-"));
  posted = [];
  host = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      if (request.method === "POST") posted.push(body);
      response.end(JSON.stringify(answer(request.method ?? "", request.url ?? "")));
    });
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  // What GitHub's runner itself sets, and this machine's programs.
  plainEnvironment = {
    PATH: process.env.PATH ?? "",
    HOME: folder,
    CI: "true",
    GITHUB_API_URL: `http://127.0.0.1:${(host.address() as AddressInfo).port}`,
    GITHUB_REPOSITORY: "thorbis/infrastructure",
    GITHUB_SHA: "merge",
    GITHUB_OUTPUT: path.join(folder, "output"),
  };
});
afterEach(async () => {
  fs.rmSync(folder, { recursive: true });
  await new Promise((resolve) => host.close(resolve));
});

function answer(method: string, url: string): unknown {
  if (url.includes("/commits/")) return [{ number: 12, merged_at: "2026-11-21T00:00:00Z", head: { sha: "head" } }];
  if (url.includes("/actions/workflows/"))
    return { workflow_runs: [{ id: 99, conclusion: "success", created_at: "2026-11-21T00:00:00Z" }] };
  if (url.includes("/pulls/")) return { head: { sha: "head" } };
  return method === "GET" ? [] : { id: 1 };
}

/** Runs every `run:` step of a job that holds one of the words; `values` stand for the expressions of the file. */
async function runSteps(file: string, job: string, words: string[], values: Record<string, string>): Promise<void> {
  const workflow = parse(fs.readFileSync(path.join(root, ".github/workflows", file), "utf8"));
  const { steps, env } = workflow.jobs[job] as { steps: Step[]; env?: Record<string, string> };
  const chosen = steps.filter(({ run }) => words.some((word) => run?.includes(word)));
  expect(chosen).toHaveLength(words.length);
  for (const step of chosen) {
    const given = Object.entries({ ...env, ...step.env }).map(([name, text]) => [name, filled(text, values)]);
    const { code, said } = await shell(step.run ?? "", Object.fromEntries(given));
    expect({ step: step.run, code, said: code === 0 ? "" : said }).toEqual({ step: step.run, code: 0, said: "" });
  }
}

const filled = (text: string, values: Record<string, string>): string =>
  text.replace(/\$\{\{\s*(.+?)\s*\}\}/g, (_, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`the test gives no value for ${expression}`);
    return value;
  });

function shell(run: string, environment: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const command = `"${process.execPath}" --disable-warning=ExperimentalWarning "${path.join(root, "cli/main.ts")}" `;
  const child = spawn("bash", ["-e", "-c", run.replaceAll("./thorbis ", command)], {
    cwd: folder,
    env: { ...plainEnvironment, ...environment },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, said })));
}

test("the comment is posted and the page rendered from what the unprivileged job left", async () => {
  fs.mkdirSync(path.join(folder, "review"));
  fs.writeFileSync(path.join(folder, "review/review.json"), JSON.stringify(reviewFixture(environmentFixture())));
  await runSteps("preview.yml", "review", ["printf"], { "github.event.pull_request.number": "12" });
  await runSteps("preview-comment.yml", "comment", ["report comment", "report render"], {
    "github.token": "sentinel-token",
    "github.event.workflow_run.head_sha": "head",
  });
  expect(posted).toEqual([expect.stringContaining("thorbis-review")]);
  expect(posted[0]).not.toContain("sentinel-token");
  expect(fs.readFileSync(path.join(folder, "review/review.html"), "utf8")).toContain("<!doctype html>");
});

(hasAge ? test : test.skip)("a plan that the preview sealed is found and opened by the deploy", async () => {
  const [, identity = ""] =
    /(AGE-SECRET-KEY-\S+)/.exec(
      execFileSync("age-keygen", { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    ) ?? [];
  const recipient = execFileSync("age-keygen", ["-y"], { encoding: "utf8", input: identity }).trim();
  fs.writeFileSync(path.join(folder, "plan-staging.json"), '{"plan":"sentinel"}');
  await runSteps("preview.yml", "plan", ["age --recipient"], {
    "matrix.environment": "staging",
    "vars.PLAN_RECIPIENT": recipient,
  });
  expect(fs.readdirSync(folder)).toEqual(["plan-staging.json.age"]);
  await runSteps("deploy-environment.yml", "deploy", ["find-plan", "age --decrypt"], {
    "inputs.environment": "staging",
    "vars.PULUMI_BACKEND_URL": "s3://state",
    "github.token": "t",
    "secrets.PLAN_IDENTITY": identity,
  });
  expect(fs.readFileSync(path.join(folder, "output"), "utf8")).toBe("run=99\nhead=head\n");
  expect(fs.readFileSync(path.join(folder, "plan.json"), "utf8")).toBe('{"plan":"sentinel"}');
});
