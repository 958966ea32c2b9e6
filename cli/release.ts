/** `./thorbis release`: walks the apps' rolling releases to their end, or takes the new deployment out of traffic. */
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { type Command, InvalidArgumentError } from "commander";
import { OperationFailure } from "../operations/failure.ts";
import { alarmsCondition } from "../operations/release/alarms.ts";
import { activeRelease, type StopCondition, walkRelease } from "../operations/release/rolling.ts";
import type { VercelAccess } from "../operations/vercel/api.ts";
import { type Applied, type AppliedFlags, appliedStack, textsOf } from "./deployment/applied.ts";
import { targetOptions } from "./deployment/flags.ts";

const examples = `
The stages are the stack's (release.stages). Before every stage the stack's critical alarms are asked; one that rings, or
that cannot be asked, takes the new deployment out of traffic.

Examples:
  ./thorbis release run production --cloud
  ./thorbis release run production --cloud --only site --soak 600
  ./thorbis release status production --cloud
`;

interface ReleaseFlags extends AppliedFlags {
  only?: string[];
  soak: number;
}

function seconds(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0)
    throw new InvalidArgumentError("it has to be a whole number of seconds.");
  return number;
}

export function register(program: Command): void {
  const release = program
    .command("release")
    .description("Rolling releases of the apps, watched by the stack's alarms")
    .addHelpText("after", examples);
  targetOptions(release.command("run"))
    .description("Walk every active release through its stages")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--only <app...>", "only these apps")
    .option("--soak <seconds>", "how long a stage is watched before the next is approved", seconds, 300)
    .action(run);
  targetOptions(release.command("status"))
    .description("Say at which stage every app is")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(status);
}

function access(): VercelAccess {
  const token = process.env.VERCEL_API_TOKEN;
  if (!token)
    throw new OperationFailure("VERCEL_API_TOKEN is not set", {
      exitCode: 2,
      remedy: "give a token of the team in the environment",
    });
  return { token };
}

/** On the sandbox there is no traffic to divide. */
function onSandbox({ target }: Applied): boolean {
  if (target.world === "cloud") return false;
  process.stdout.write("the sandbox serves a deployment at once: nothing to walk through\n");
  return true;
}

async function run(stack: string, flags: ReleaseFlags): Promise<void> {
  const applied = await appliedStack("release", stack, flags);
  if (onSandbox(applied)) return;
  const apps = Object.entries(textsOf(applied, "vercelProjects")).filter(
    ([name]) => flags.only === undefined || flags.only.includes(name),
  );
  const stopConditions = conditionsOf(applied);
  for (const [name, projectId] of apps) {
    if ((await activeRelease(projectId, access()))?.state !== "ACTIVE") {
      process.stdout.write(`${name}: no release is under way\n`);
      continue;
    }
    await walkRelease({
      projectId,
      access: access(),
      stopConditions,
      soakMilliseconds: flags.soak * 1000,
      progress: (line) => process.stdout.write(`${name}: ${line}\n`),
    });
    process.stdout.write(`${name}: complete\n`);
  }
}

/** The stack's critical alarms, by region. */
function conditionsOf({ resources }: Applied): StopCondition[] {
  const byRegion = new Map<string, string[]>();
  for (const { type, outputs } of resources) {
    if (!type.startsWith("aws:cloudwatch/") || !/Alarm$/.test(type)) continue;
    const tags = outputs?.tags;
    const severity = typeof tags === "object" && tags !== null && !Array.isArray(tags) ? tags.Severity : undefined;
    if (severity !== "critical") continue;
    const region = String(outputs?.region ?? "us-east-1");
    byRegion.set(region, [...(byRegion.get(region) ?? []), String(outputs?.name ?? outputs?.alarmName)]);
  }
  return [...byRegion].map(([region, names]) => alarmsCondition(new CloudWatchClient({ region }), names));
}

async function status(stack: string, flags: AppliedFlags): Promise<void> {
  const applied = await appliedStack("release status", stack, flags);
  if (onSandbox(applied)) return;
  for (const [name, projectId] of Object.entries(textsOf(applied, "vercelProjects"))) {
    const release = await activeRelease(projectId, access());
    const stage = release?.activeStage ? `, ${release.activeStage.targetPercentage} % of the traffic` : "";
    process.stdout.write(`${name}: ${release ? `${release.state.toLowerCase()}${stage}` : "no release"}\n`);
  }
}
