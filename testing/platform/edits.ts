/**
 * Ten typical edits of production's stack file, each previewed on top of what was applied before; and a preview with
 * sentinels for secrets. Run as a process of its own: the answer is JSON on standard output.
 */
import type { Snapshot } from "../../engine/state/resource.ts";
import { isMap, isSecret, type PropertyValue } from "../../engine/values.ts";
import { type Draft, set, stackFile } from "../stack-files.ts";
import { type PlatformResult, ThrowAwayWorld } from "./run.ts";

export interface EditOutcome {
  readonly succeeded: boolean;
  readonly errors: readonly string[];
  /**
   * `<operation> <kind> <name>` of every step that changes something, sorted. What leaves the state and stays in the
   * cloud is left: it is retained, or goes only with something that is.
   */
  readonly steps: readonly string[];
}

export interface EditReport {
  readonly edits: Readonly<Record<string, EditOutcome>>;
  /** Where a sentinel stood outside a secret envelope. */
  readonly leaks: readonly string[];
  /** How many values the sentinels reached. */
  readonly sealed: number;
  /** The names of what a fourth environment, staging's file under another name, consists of. */
  readonly fourth: readonly string[];
}

type Change = (environment: Draft) => Draft;

const stack = "production";

/** Production as it was before: no retail app, no maps. */
const before: Change = (environment) =>
  set(set(environment, "apps.ret", undefined), "variables.NEXT_PUBLIC_MAPS_API_KEY", undefined);

const edits: Readonly<Record<string, Change>> = {
  "nothing at all": (environment) => environment,
  "a new app": (environment) => set(environment, "apps.ret", { domains: ["ret.thorbis.com"], redirects: [] }),
  "a new domain": (environment) => set(environment, "apps.hs.redirects", ["homes.thorbis.com"]),
  "a new variable": (environment) =>
    set(environment, "variables.NEXT_PUBLIC_MAPS_API_KEY", "AIzaSyThorbisProductionMapsKey000000001"),
  "the pool size": (environment) => set(environment, "database.poolSize", 60),
  "the rate limit": (environment) => set(environment, "apis.requestsPerMinute", 12_000),
  "the replica region": (environment) => set(environment, "aws.replicaRegion", "eu-west-1"),
  "an alarm threshold": (environment) => set(environment, "monitoring.thresholds.maxErrorRatePercent", 3),
  "the Redis node type": (environment) => set(environment, "redis.nodeType", "cache.r7g.large"),
  "the backup retention": (environment) => set(environment, "continuity.backupRetentionDays", 60),
  "the budget": (environment) => set(environment, "budget.monthlyDollars", 5000),
};

const sentinels = {
  SUPABASE_SERVICE_ROLE_KEY: "sentinel-sentinel-sentinel",
  STRIPE_SECRET_KEY: "sk_live_sentinel_0123456789",
  STRIPE_WEBHOOK_SECRET: "whsec_sentinel_0123456789",
  ANTHROPIC_API_KEY: "sk-ant-sentinel_0123456789",
  SMTP_USER: "sentinel-user",
  SMTP_PASSWORD: "sentinel-password",
  PAGERDUTY_INTEGRATION_URL: "https://events.pagerduty.com/integration/sentinel/enqueue",
};

function config(change: Change): Draft {
  const file = stackFile(stack);
  return { ...file, "thorbis:environment": change(before(file["thorbis:environment"] as Draft)) };
}

function outcome({ errors, steps, succeeded }: PlatformResult, before: Snapshot): EditOutcome {
  const retained = new Set(before.resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ urn }) => urn));
  const stays = new Set(
    before.resources
      .filter(({ deletedWith = "", urn }) => retained.has(urn) || retained.has(deletedWith))
      .map(({ urn }) => urn),
  );
  const told = steps
    .filter(({ op }) => op !== "same" && op !== "read")
    .map(({ op, urn }) => {
      const [, , type = "", ...name] = urn.split("::");
      return `${op === "delete" && stays.has(urn) ? "leave" : op} ${type.split(":").at(-1)} ${name.join("::")}`;
    });
  return { succeeded, errors, steps: told.toSorted() };
}

async function report(): Promise<EditReport> {
  const world = await ThrowAwayWorld.create();
  try {
    const applied = await world.run({ command: "up", stack, config: config((environment) => environment) });
    if (!applied.succeeded) throw new Error(`production does not come up:\n${applied.errors.join("\n")}`);
    const { snapshot } = applied;
    const told: Record<string, EditOutcome> = {};
    for (const [name, change] of Object.entries(edits)) {
      told[name] = outcome(await world.run({ command: "preview", stack, config: config(change), snapshot }), snapshot);
    }
    const withSecrets = { ...config((environment) => environment), "thorbis:secrets": sentinels };
    const sealed = await world.run({ command: "preview", stack, config: withSecrets, snapshot });
    if (!sealed.succeeded) throw new Error(sealed.errors.join("\n"));
    const fourth = await world.run({ command: "preview", stack: "demo", config: fourthEnvironment() });
    if (!fourth.succeeded) throw new Error(fourth.errors.join("\n"));
    const names = fourth.snapshot.resources.map(
      ({ inputs, urn }) => `${urn.split("::").at(-1)} ${inputs?.bucket ?? ""}`,
    );
    return { edits: told, ...sentinelsIn(sealed), fourth: names };
  } finally {
    await world.remove();
  }
}

function fourthEnvironment(): Draft {
  const file = stackFile("staging");
  const text = JSON.stringify(file["thorbis:environment"]).replaceAll("staging.thorbis.com", "demo.thorbis.com");
  return { ...file, "thorbis:environment": set(JSON.parse(text), "name", "demo") };
}

function sentinelsIn({ snapshot, outputs }: PlatformResult): Pick<EditReport, "leaks" | "sealed"> {
  const leaks: string[] = [];
  let sealed = 0;
  const look = (value: PropertyValue, path: string, inside: boolean): void => {
    if (typeof value === "string") {
      if (!value.includes("sentinel")) return;
      if (inside) sealed += 1;
      else leaks.push(path);
    } else if (Array.isArray(value)) {
      for (const part of value) look(part, path, inside);
    } else if (isMap(value)) {
      for (const [key, part] of Object.entries(value)) look(part, `${path}.${key}`, inside || isSecret(value));
    }
  };
  for (const { urn, inputs = {}, outputs: made = {} } of snapshot.resources) {
    look(inputs, `${urn} inputs`, false);
    look(made, `${urn} outputs`, false);
  }
  look(outputs, "outputs of the stack", false);
  return { leaks, sealed };
}

process.stdout.write(JSON.stringify(await report()));
