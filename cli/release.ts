/** `./thorbis release`: walks the releases of apps and services to their end, or sends the visitors back; feature flags. */
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ECSClient } from "@aws-sdk/client-ecs";
import { type Command, InvalidArgumentError } from "commander";
import { isMap } from "../engine/values.ts";
import { OperationFailure } from "../operations/failure.ts";
import { alarmsCondition } from "../operations/release/alarms.ts";
import { ServiceRelease } from "../operations/release/container.ts";
import { type FlagSetting, FlagStore, tellSetting } from "../operations/release/flags.ts";
import { activeRelease, walkRelease } from "../operations/release/rolling.ts";
import type { StopCondition } from "../operations/release/stopping.ts";
import type { VercelAccess } from "../operations/vercel/api.ts";
import { type Applied, type AppliedFlags, appliedStack, opened, teamOf, textsOf } from "./deployment/applied.ts";
import { targetOptions } from "./deployment/flags.ts";

import { print } from "./print.ts";

const examples = `
Apps go by the stack's stages (rollout.stages) on Vercel; container services stand beside the release before (ECS
blue-green), wait for a decision, and are watched. Before every stage the stack's critical alarms are asked: one that
rings, or that cannot be asked, sends the visitors back to what ran before. Back after the end: ./thorbis rollback.

Examples:
  ./thorbis release plan production --cloud
  ./thorbis release run production --cloud
  ./thorbis release run production --cloud --only site --soak 600
  ./thorbis release status production --cloud
  ./thorbis release flags production --cloud
  ./thorbis release flags production --cloud --switch ai-assistant=off
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
    .description("Releases of apps and services, watched by the stack's alarms; feature flags")
    .addHelpText("after", examples);
  targetOptions(release.command("run"))
    .description("Walk every active release through its stages, services first: the apps call them")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--only <name...>", "only these apps and services")
    .option("--soak <seconds>", "how long a stage is watched before the next is approved", seconds, 300)
    .action(run);
  targetOptions(release.command("plan"))
    .description("Say how the next release of every app and service goes, and what stops it; changes nothing")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(plan);
  targetOptions(release.command("status"))
    .description("Say at which stage every app and service is")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .action(status);
  targetOptions(release.command("flags"))
    .description("Feature flags as declared and as the apps read them; switch one at once, without a deployment")
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--switch <name=value>", "on, off, or on for a share: 25")
    .action(flags);
}

function access(applied: Applied): VercelAccess {
  const token = process.env.VERCEL_API_TOKEN;
  if (!token)
    throw new OperationFailure("VERCEL_API_TOKEN is not set", {
      exitCode: 2,
      remedy: "give a token of the team in the environment",
    });
  const teamId = teamOf(applied);
  return { token, ...(teamId !== undefined && { teamId }) };
}

/** On the sandbox there is no traffic to divide. */
function onSandbox({ target }: Applied): boolean {
  if (target.world === "cloud") return false;
  process.stdout.write("the sandbox serves a deployment at once: nothing to walk through\n");
  return true;
}

async function run(stack: string, options: ReleaseFlags): Promise<void> {
  const applied = await appliedStack("release", stack, options);
  if (onSandbox(applied)) return;
  const stopConditions = conditionsOf(applied);
  const wanted = ([name]: [name: string, ...rest: unknown[]]) => options.only?.includes(name) ?? true;
  const walk = { stopConditions, soakMilliseconds: options.soak * 1000 };
  for (const [name, service] of services(applied).filter(wanted)) {
    const end = await service.walk({ ...walk, progress: (line) => print(`${name}: ${line}`) });
    print(`${name}: ${end === "none" ? "no release is under way" : end}`);
  }
  for (const [name, projectId] of apps(applied).filter(wanted)) {
    if ((await activeRelease(projectId, access(applied)))?.state !== "ACTIVE") {
      print(`${name}: no release is under way`);
      continue;
    }
    await walkRelease({ ...walk, projectId, access: access(applied), progress: (line) => print(`${name}: ${line}`) });
    print(`${name}: complete`);
  }
}

const apps = (applied: Applied) => Object.entries(textsOf(applied, "vercelProjects"));

const services = ({ resources }: Applied): [name: string, service: ServiceRelease][] =>
  resources
    .filter(({ type }) => type === "aws:ecs/service:Service")
    .map(({ urn, outputs }) => {
      const reference = { cluster: String(outputs?.cluster), service: String(outputs?.name) };
      const region = String(outputs?.region ?? reference.cluster.split(":")[3]);
      return [urn.split("::").at(-1) ?? urn, new ServiceRelease(reference, new ECSClient({ region }))];
    });

/** The stack's critical alarms, by region. */
function criticalAlarms({ resources }: Applied): Map<string, string[]> {
  const byRegion = new Map<string, string[]>();
  for (const { type, outputs } of resources) {
    if (!type.startsWith("aws:cloudwatch/") || !/Alarm$/.test(type)) continue;
    const tags = outputs?.tags;
    const severity = typeof tags === "object" && tags !== null && !Array.isArray(tags) ? tags.Severity : undefined;
    if (severity !== "critical") continue;
    const region = String(outputs?.region ?? "us-east-1");
    byRegion.set(region, [...(byRegion.get(region) ?? []), String(outputs?.name ?? outputs?.alarmName)]);
  }
  return byRegion;
}

const conditionsOf = (applied: Applied): StopCondition[] =>
  [...criticalAlarms(applied)].map(([region, names]) => alarmsCondition(new CloudWatchClient({ region }), names));

/** The stages of an app's project as they were applied. */
function stagesOf({ resources }: Applied, projectId: string): string {
  const release = resources.find(
    ({ type, inputs }) =>
      type === "vercel:index/projectRollingRelease:ProjectRollingRelease" && inputs?.projectId === projectId,
  );
  const stages = Array.isArray(release?.inputs?.stages) ? release.inputs.stages : [];
  const shares = stages.map((stage) => (isMap(stage) ? `${String(stage.targetPercentage)} %` : ""));
  return shares.length > 0 ? `by stages: ${shares.join(", ")}` : "at once";
}

async function plan(stack: string, options: AppliedFlags): Promise<void> {
  const applied = await appliedStack("release plan", stack, options);
  if (onSandbox(applied)) return;
  for (const [name, service] of services(applied)) print(`${name}: ${await service.plan()}`);
  for (const [name, projectId] of apps(applied)) print(`${name}: ${stagesOf(applied, projectId)}`);
  const alarms = [...criticalAlarms(applied).values()].flat();
  print(`Stopped by each of ${alarms.length} critical alarms:`);
  for (const alarm of alarms.sort()) print(`  ${alarm}`);
}

async function status(stack: string, options: AppliedFlags): Promise<void> {
  const applied = await appliedStack("release status", stack, options);
  if (onSandbox(applied)) return;
  for (const [name, service] of services(applied)) print(`${name}: ${await service.status()}`);
  for (const [name, projectId] of apps(applied)) {
    const release = await activeRelease(projectId, access(applied));
    const stage = release?.activeStage ? `, ${release.activeStage.targetPercentage} % of the traffic` : "";
    print(`${name}: ${release ? `${release.state.toLowerCase()}${stage}` : "no release"}`);
  }
}

function settingOf(text: string): FlagSetting {
  if (text === "off") return { enabled: false, percent: 0 };
  const percent = text === "on" ? 100 : Number(text);
  if (text === "" || !Number.isInteger(percent) || percent < 0 || percent > 100) {
    throw new OperationFailure(`--switch: ${text} is neither on, off nor a whole number of percent`, { exitCode: 2 });
  }
  return { enabled: true, percent };
}

async function flags(stack: string, options: AppliedFlags & { switch?: string }): Promise<void> {
  const applied = await appliedStack("release flags", stack, options);
  const items = applied.resources.filter(({ type }) => type === "vercel:index/edgeConfigItem:EdgeConfigItem");
  const declared = Object.fromEntries(items.map(({ inputs }) => [String(inputs?.key), opened(inputs?.value)]));
  const id = String(items[0]?.outputs?.edgeConfigId ?? "");
  if (onSandbox(applied)) return;
  const store = new FlagStore(id, declared, access(applied));
  if (options.switch !== undefined) {
    const at = options.switch.indexOf("=");
    const name = options.switch.slice(0, Math.max(at, 0));
    await store.switch(name, settingOf(options.switch.slice(at + 1)));
    print(
      `${name} is switched. The next apply sets it back unless Pulumi.${stack}.yaml says the same under featureFlags.`,
    );
  }
  for (const { name, declared: code, live } of await store.list()) {
    const [says, is] = [tellSetting(code), tellSetting(live)];
    print(says === is ? `${name}: ${is}` : `${name}: ${is}; the stack says: ${says}`);
  }
}
