/**
 * An environment previewed and applied to a throw-away sandbox under the policy pack, with made-up values for the secrets
 * that people supply. Run as a process of its own, with the stack's name (and `up` to leave the
 * preview out): the answer is JSON on standard output.
 */
import { join } from "node:path";
import { startPolicyPack } from "../../engine/policy/pack.ts";
import { nameOf } from "../../engine/urn.ts";
import { checkRecord, refusing, shippedPack, undecided } from "../../policy/check.ts";
import { readRecord } from "../../policy/recorded.ts";
import { exampleOf, operatorSecrets } from "../../stacks/variables.ts";
import { type StackName, stackFile, stackNames } from "../stack-files.ts";
import { type PlatformResult, ThrowAwayWorld } from "./run.ts";

export interface RunJudged {
  readonly succeeded: boolean;
  readonly errors: readonly string[];
  readonly resources: number;
  /** `<level> <rule> <resource>: <message>` */
  readonly violations: readonly string[];
  /** `<rule> <resource>` of what was not known. */
  readonly unknown: readonly string[];
}

export interface Judged {
  /** Not for the run that only applies. */
  readonly preview?: RunJudged;
  readonly up: RunJudged;
  /** The state after the apply, judged once more without an engine: `<rule> <resource>: <message>`. */
  readonly state: { readonly refused: readonly string[]; readonly undecided: readonly string[] };
  /** ARNs of topics, queues, clusters, roles and identity providers that inputs name and no resource has. */
  readonly strangers: readonly string[];
}

/** ARNs of names alone, which components state without waiting; the account's root and patterns are no resource's. */
const STATED =
  /arn:aws:(?:sns:[a-z0-9-]+:\d{12}:[\w-]+|sqs:[a-z0-9-]+:\d{12}:[\w-]+|ecs:[a-z0-9-]+:\d{12}:cluster\/[\w-]+|iam::\d{12}:(?:role|oidc-provider)\/[\w./-]+)(?![\w*/-])/g;

/** The sandbox stands in for every account under an id of its own: the ARNs are compared without it. */
function strangersIn({ snapshot }: PlatformResult): string[] {
  const anywhere = (arn: string) => arn.replace(/:\d{12}:/, "::");
  const custom = snapshot.resources.filter((one) => one.custom);
  const own = new Set(custom.map(({ outputs }) => (typeof outputs?.arn === "string" ? anywhere(outputs.arn) : "")));
  const named = custom.flatMap(({ inputs }) => JSON.stringify(inputs ?? {}).match(STATED) ?? []);
  return [...new Set(named.map(anywhere))].filter((arn) => !own.has(arn)).toSorted();
}

function digest({ errors, judged, snapshot, succeeded }: PlatformResult): RunJudged {
  return {
    succeeded,
    errors,
    resources: snapshot.resources.length,
    violations: judged
      .filter(({ kind }) => kind === "policy-violation")
      .map(({ level, message, policy, urn }) => `${level} ${policy} ${nameOf(urn)}: ${message}`),
    unknown: judged
      .filter(({ kind }) => kind === "policy-unknown")
      .map(({ policy, urn }) => `${policy} ${nameOf(urn)}`),
  };
}

async function judged(stack: StackName): Promise<Judged> {
  const secrets = Object.fromEntries(
    // An apply refuses what says of itself that it is a placeholder.
    operatorSecrets(stack).map((variable) => [
      variable.name,
      exampleOf(variable, stack).replaceAll("placeholder", "invented"),
    ]),
  );
  const config = { ...stackFile(stack), ...(stack === "development" ? {} : { "thorbis:secrets": secrets }) };
  const world = await ThrowAwayWorld.create();
  const run = async (command: "preview" | "up") => {
    const analyzer = await startPolicyPack({
      directory: join(import.meta.dirname, "..", "..", "policy"),
      organization: "organization",
      project: "thorbis",
      stack,
      preview: command === "preview",
      config: {},
    });
    try {
      return await world.run({ command, stack, config, analyzers: [analyzer] });
    } finally {
      await analyzer.close();
    }
  };
  try {
    const preview = onlyApplied ? undefined : digest(await run("preview"));
    const applied = await run("up");
    const { findings } = checkRecord(readRecord({ resources: applied.snapshot.resources }), shippedPack(), new Date());
    const told = (some: typeof findings) => some.map(({ message, rule, urn }) => `${rule} ${nameOf(urn)}: ${message}`);
    return {
      ...(preview === undefined ? {} : { preview }),
      up: digest(applied),
      state: { refused: told(refusing(findings)), undecided: told(undecided(findings)) },
      strangers: strangersIn(applied),
    };
  } finally {
    await world.remove();
  }
}

const onlyApplied = process.argv[3] === "up";
const stack = stackNames.find((name) => name === process.argv[2]);
if (stack === undefined) throw new Error(`give a stack: ${stackNames.join(", ")}`);
process.stdout.write(JSON.stringify(await judged(stack)));
