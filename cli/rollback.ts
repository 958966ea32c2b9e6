/** `./thorbis rollback`: back to what ran before; shown as a plan first. */
import * as fs from "node:fs";
import * as path from "node:path";
import { ECSClient } from "@aws-sdk/client-ecs";
import { type Command, Option } from "commander";
import { type Deploy, runDeploy } from "../operations/delivery/pipeline.ts";
import { OperationFailure } from "../operations/failure.ts";
import { ContainerService } from "../operations/rollback/container.ts";
import {
  DECISIONS,
  type Decisions,
  KINDS,
  planRollback,
  type RollbackKind,
  requireDecisions,
  type Target,
} from "../operations/rollback/plan.ts";
import { VercelProject } from "../operations/rollback/vercel.ts";
import { type Applied, type AppliedFlags, appliedStack, teamOf, textsOf } from "./deployment/applied.ts";
import { confirm } from "./deployment/confirm.ts";
import { targetOptions } from "./deployment/flags.ts";
import { runThorbis } from "./deployment/own-command.ts";

interface RollbackFlags extends AppliedFlags, Partial<Decisions> {
  kind: RollbackKind;
  reason: string;
  only?: string[];
  toVersion?: string;
  set?: string;
  planOnly?: boolean;
  yes?: boolean;
}

const examples = `
Kinds:
  applications  the apps on Vercel and the container services, to what ran before
  code          the same, and the database keeps its schema
  migrations    the same, then the down parts of migrations to --to-version, after a backup
  restore       the same, then a backup set into a new database, after a backup

Examples:
  ./thorbis rollback staging --cloud --reason "500s since the release" --plan-only
  ./thorbis rollback production --cloud --kind code --reason "..." --impact "..." --fix "..." --risk "..." --told "..." --cause "..."
`;

export function register(program: Command): void {
  const command = targetOptions(program.command("rollback"))
    .description("Go back to what ran before: shown as a plan first, verified afterwards")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .addOption(new Option("--kind <kind>", "what goes back").choices([...KINDS]).default("applications"))
    .requiredOption("--reason <text>", "why; recorded, and shown in Vercel")
    .option("--only <name...>", "only these apps and services")
    .option("--to-version <version>", "schema version, for --kind migrations")
    .option("--set <id>", "backup set, for --kind restore")
    .option("--plan-only", "show the plan and stop")
    .option("-y, --yes", "do not ask");
  for (const [key, question] of Object.entries(DECISIONS)) command.option(`--${key} <text>`, question);
  command.addHelpText("after", examples).action(rollback);
}

async function rollback(stack: string, flags: RollbackFlags): Promise<void> {
  const applied = await appliedStack("rollback", stack, flags);
  const targets = (await targetsOf(applied)).filter(
    ({ name }) => flags.only === undefined || flags.only.includes(name),
  );
  const world = applied.target.world === "cloud" ? "--cloud" : "--sandbox";
  const plan = planRollback({
    kind: flags.kind,
    reason: flags.reason,
    targets,
    backup: () => runThorbis(["backup", "create", "--environment", stack]),
    ...dataPart(stack, flags),
    verify: () => runThorbis(["verify", "live", stack, world]),
  });
  process.stdout.write(`${plan.lines.join("\n")}\n`);
  if (flags.planOnly) return;
  const decisions = stack === "production" ? requireDecisions(flags) : flags;
  if (!flags.yes) await confirm(`Roll ${stack} back?`);
  const started = new Date().toISOString().replaceAll(":", "-");
  const recordFile = path.join(flags.cwd, ".thorbis", "rollbacks", `${stack}-${started}.json`);
  const record: Deploy = {
    environment: stack,
    commit: `rollback ${started}`,
    plan: null,
    recordFile,
    steps: plan.steps,
  };
  await runDeploy({
    ...record,
    progress: ({ step, outcome }) => {
      if (outcome) process.stdout.write(`${outcome.status} ${step.name}: ${outcome.detail}\n`);
    },
  });
  const answers = Object.fromEntries(
    Object.keys(DECISIONS).map((key) => [key, decisions[key as keyof Decisions] ?? ""]),
  );
  fs.writeFileSync(
    recordFile.replace(/\.json$/, ".decisions.json"),
    `${JSON.stringify({ reason: flags.reason, ...answers }, null, 2)}\n`,
  );
}

function dataPart(stack: string, { kind, toVersion, set }: RollbackFlags) {
  if (kind === "migrations" && toVersion !== undefined) {
    const words = ["db", "rollback", "--environment", stack, "--to", toVersion, "--confirm", stack];
    return { data: { describe: `schema to version ${toVersion}`, run: () => runThorbis(words) } };
  }
  if (kind === "restore" && set !== undefined) {
    const words = ["restore", "--environment", stack, "--set", set, "--swap", "--confirm", stack];
    return { data: { describe: `restore of the set ${set}`, run: () => runThorbis(words) } };
  }
  return {};
}

async function targetsOf(applied: Applied): Promise<Target[]> {
  if (applied.target.world !== "cloud") {
    throw new OperationFailure("the sandbox has no earlier deployments to go back to", {
      exitCode: 2,
      remedy: "roll the real environment back with --cloud; on the sandbox apply the older commit",
    });
  }
  const token = process.env.VERCEL_API_TOKEN;
  if (!token)
    throw new OperationFailure("VERCEL_API_TOKEN is not set", {
      exitCode: 2,
      remedy: "give a token of the team in the environment",
    });
  return Promise.all([...apps(applied, token), ...services(applied)]);
}

function apps(applied: Applied, token: string): Promise<Target>[] {
  const teamId = teamOf(applied);
  return Object.entries(textsOf(applied, "vercelProjects")).map(async ([name, id]) => {
    const project = new VercelProject(id, { token, ...(teamId && { teamId }) });
    const [now = "(nothing)", candidates] = await Promise.all([project.production(), project.candidates()]);
    const position = candidates.findIndex((candidate) => candidate.id === now);
    const before = candidates[position + 1]?.id;
    return { name, now, before, goBack: (reason: string) => project.rollBack(before ?? "", reason) };
  });
}

function services({ resources }: Applied): Promise<Target>[] {
  return resources
    .filter(({ type }) => type === "aws:ecs/service:Service")
    .map(async ({ urn, outputs }) => {
      const reference = { cluster: String(outputs?.cluster), service: String(outputs?.name) };
      const region = String(outputs?.region ?? reference.cluster.split(":")[3]);
      const service = new ContainerService(reference, new ECSClient({ region }));
      const [now, before] = await Promise.all([service.current(), service.previous()]);
      return { name: urn.split("::").at(-1) ?? urn, now, before, goBack: () => service.run(before ?? "") };
    });
}
