/** `./thorbis deploy`: the whole order of a deploy, resumable, applying exactly the reviewed plan. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Command, Option } from "commander";
import { runDeploy } from "../operations/delivery/pipeline.ts";
import { reviewedPlan } from "../operations/delivery/reviewed-plan.ts";
import { deploySteps } from "../operations/delivery/steps.ts";
import { messageOf, OperationFailure } from "../operations/failure.ts";
import { commitOf } from "../operations/report/base-tree.ts";
import { runThorbis } from "./deployment/own-command.ts";

const examples = `
Every step is a command of its own, and a failed one is named with it. An interrupted deploy goes on with the same words:
what changed something and succeeded is not repeated. The record is kept under .thorbis/deploys.

Examples:
  ./thorbis preview staging --save-plan plan.json
  ./thorbis deploy run staging --sandbox --plan plan.json
  ./thorbis deploy run production --cloud --plan plan.json --lighthouse
`;

interface RunFlags {
  plan: string;
  commit?: string;
  sandbox?: boolean;
  cloud?: boolean;
  bundles?: string;
  migrations?: string;
  lighthouse?: boolean;
}

export function register(program: Command): void {
  const deploy = program
    .command("deploy")
    .description("Deploy a stack as CI does: judged, migrated, applied, released, verified")
    .addHelpText("after", examples);
  deploy
    .command("run")
    .description("Run the deploy's steps in order, or go on where an interrupted one stopped")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .requiredOption("--plan <file>", "the reviewed plan: exactly this is applied")
    .option("--commit <commit>", "what is deployed; default: HEAD")
    .option("--sandbox", "to the local sandbox")
    .option("--cloud", "to the real accounts")
    .option("--bundles <folder>", "an app's .next, judged against the performance budget")
    .option("--migrations <folder>", "migrations to apply before the infrastructure")
    .option("--lighthouse", "measure the live pages")
    .action(run);
  deploy
    .command("find-plan")
    .description("Print which run of CI made the reviewed plan, as `run=` and `head=` for a workflow's output")
    .requiredOption("--commit <commit>", "the merged commit")
    .addOption(new Option("--repository <owner/name>", "the repository").env("GITHUB_REPOSITORY").makeOptionMandatory())
    .addOption(new Option("--api <url>", "the host's API").env("GITHUB_API_URL").default("https://api.github.com"))
    .option("--workflow <file>", "the workflow that previews", "preview.yml")
    .action(findPlan);
}

async function run(stack: string, flags: RunFlags): Promise<void> {
  if (flags.sandbox === flags.cloud) {
    throw new OperationFailure(`deploy ${stack}: it has to be said where to`, {
      exitCode: 2,
      remedy: "--sandbox, or --cloud",
    });
  }
  if (!fs.existsSync(flags.plan)) {
    throw new OperationFailure(`${flags.plan} does not exist`, {
      exitCode: 2,
      remedy: `./thorbis preview ${stack} --save-plan ${flags.plan}`,
    });
  }
  const root = process.cwd();
  const target = flags.cloud ? "--cloud" : "--sandbox";
  const { bundles, migrations } = flags;
  const steps = deploySteps(
    {
      environment: stack,
      target,
      plan: flags.plan,
      lighthouse: flags.lighthouse === true,
      ...(bundles !== undefined && { bundles }),
      ...(migrations !== undefined && { migrations }),
    },
    runThorbis,
  );
  const commit = flags.commit ?? (await commitOf(root, "HEAD"));
  try {
    await runDeploy({
      environment: stack,
      commit,
      plan: createHash("sha256").update(fs.readFileSync(flags.plan)).digest("hex"),
      steps,
      recordFile: path.join(root, ".thorbis", "deploys", `${stack}.json`),
      progress: ({ step, outcome, skipped }) => {
        if (skipped) process.stdout.write(`-- ${step.name}: done by an earlier attempt\n`);
        else if (outcome)
          process.stdout.write(`-- ${step.name}: ${outcome.status} in ${outcome.seconds.toFixed(1)} s\n`);
        else process.stdout.write(`-- ${step.name}\n`);
      },
    });
    await tellSlack(`deployed ${commit.slice(0, 12)} to ${stack}`);
  } catch (error) {
    await tellSlack(`deploy of ${commit.slice(0, 12)} to ${stack} stopped: ${messageOf(error)}`);
    throw error;
  }
}

/** Nobody is told when no webhook is set; a webhook that fails never turns a good deploy into a bad one. */
async function tellSlack(text: string): Promise<void> {
  const webhook = process.env.SLACK_WEBHOOK_URL;
  if (!webhook) return;
  try {
    const response = await fetch(webhook, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ text }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!response.ok) process.stderr.write(`Slack answered ${response.status}\n`);
  } catch {
    // The address is a secret: what fetch says of it is not shown.
    process.stderr.write("Slack could not be reached\n");
  }
}

async function findPlan(flags: { commit: string; repository: string; api: string; workflow: string }): Promise<void> {
  const token = process.env.GITHUB_TOKEN;
  if (!token)
    throw new OperationFailure("GITHUB_TOKEN is not set", {
      exitCode: 2,
      remedy: "give the job's token in the environment",
    });
  const { run: id, head } = await reviewedPlan({ ...flags, token }, flags.commit);
  process.stdout.write(`run=${id}\nhead=${head}\n`);
}
