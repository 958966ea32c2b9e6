/**
 * Pulumi's plan file: what a preview found to be necessary, in the form that `pulumi preview --save-plan` writes and
 * `pulumi up --plan` reads (`sdk/go/common/apitype/plan.go`). Secrets in it are sealed with the stack's key.
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { ConfigValue, Plan, PlanDiff, ResourcePlan } from "../deployment/request.ts";
import type { Sealer } from "../secrets/passphrase.ts";
import { hashOf } from "../state/checkpoint.ts";
import { replaceFile } from "../state/file.ts";
import { Sealing } from "../state/sealing.ts";
import type { PropertyMap } from "../values.ts";

/** The release whose plan files these are. */
const writtenFor = "v3.260.0";

/** A plan that cannot be applied here: unreadable, or made for something else. */
export class PlanFileError extends Error {
  override readonly name = "PlanFileError";
  readonly exitCode: 1 | 2;
  readonly remedy = "Make a new plan: ./thorbis preview STACK --save-plan FILE";
  constructor(message: string, exitCode: 1 | 2) {
    super(message);
    this.exitCode = exitCode;
  }
}

const schema = z.looseObject({
  manifest: z.looseObject({ time: z.string(), magic: z.string(), version: z.string() }),
  secrets_providers: z.looseObject({ state: z.looseObject({ salt: z.string() }) }).optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  resourcePlans: z.record(z.string(), z.looseObject({ steps: z.array(z.string()).optional() })).optional(),
});

export interface SavedPlan {
  plan: Plan;
  /** The configuration that it was made with. */
  config: Record<string, ConfigValue>;
}

export async function savePlan(file: string, saved: SavedPlan, sealer: Sealer): Promise<void> {
  await replaceFile(file, planText(saved, sealer, new Date()));
}

export function planText({ plan, config }: SavedPlan, sealer: Sealer, time: Date): string {
  const sealing = new Sealing(sealer);
  const resourcePlans = Object.fromEntries(
    Object.keys(plan.resourcePlans)
      .sort()
      .map((urn) => [
        urn,
        mapMaps(plan.resourcePlans[urn] ?? { steps: [], state: {} }, (map, place) =>
          sealing.seal(map, `${urn} ${place}`),
        ),
      ]),
  );
  const document = {
    manifest: { time: time.toISOString(), magic: hashOf(writtenFor), version: writtenFor },
    // Ours: a first plan is made before there is a state that would keep the salt. The CLI passes over it.
    secrets_providers: { type: "passphrase", state: { salt: sealer.salt } },
    config: Object.fromEntries(
      Object.keys(config)
        .sort()
        .map((key) => [key, config[key]?.secret ? { secure: sealer.seal(config[key].value) } : config[key]?.value]),
    ),
    resourcePlans,
  };
  return `${JSON.stringify(document, undefined, 4)}\n`;
}

/** Opens the plan's salt, or the stack's when the plan names none, as one of the CLI does not. */
type OpenSealer = (salt: string | undefined) => Promise<Sealer>;

/** Errors: {@link PlanFileError}. */
export async function loadPlan(file: string, sealer: OpenSealer): Promise<SavedPlan> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    throw new PlanFileError(`${file}: the plan cannot be read`, 2);
  }
  return parsePlan(text, file, sealer);
}

export async function parsePlan(text: string, file: string, sealer: OpenSealer): Promise<SavedPlan> {
  const document = schema.safeParse(jsonOf(text));
  if (!document.success) {
    const [issue] = document.error.issues;
    throw new PlanFileError(`${file}: not a plan: ${issue?.path.join(".") || "(top)"}: ${issue?.message}`, 2);
  }
  const { manifest, config = {}, resourcePlans = {} } = document.data;
  if (manifest.magic !== hashOf(manifest.version)) throw new PlanFileError(`${file}: the plan was changed by hand`, 2);
  const holdsSecrets = text.includes('"ciphertext"') || text.includes('"secure"');
  const opener = holdsSecrets ? await sealer(document.data.secrets_providers?.state.salt) : undefined;
  const sealing = opener && new Sealing(opener);
  const open = (map: PropertyMap, place: string): PropertyMap => sealing?.open(map, place) ?? map;
  return {
    plan: {
      resourcePlans: Object.fromEntries(
        Object.entries(resourcePlans).map(([urn, entry]) => {
          const plan = { steps: [], state: {}, ...entry } as unknown as ResourcePlan;
          return [urn, mapMaps(plan, open)];
        }),
      ),
    },
    config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, configValue(value, opener)])),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function configValue(value: unknown, opener: Sealer | undefined): ConfigValue {
  if (typeof value === "object" && value !== null && "secure" in value && opener) {
    return { value: opener.open(String(value.secure)), secret: true };
  }
  // The CLI writes structured values as they are.
  return { value: typeof value === "string" ? value : JSON.stringify(value), secret: false };
}

/** Every property map of a resource's plan through `change`. */
function mapMaps(plan: ResourcePlan, change: (map: PropertyMap, place: string) => PropertyMap): ResourcePlan {
  const difference = (diff: PlanDiff, place: string): PlanDiff => ({
    ...diff,
    ...(diff.adds && { adds: change(diff.adds, `${place}.adds`) }),
    ...(diff.updates && { updates: change(diff.updates, `${place}.updates`) }),
  });
  return {
    ...(plan.goal && {
      goal: {
        ...plan.goal,
        inputDiff: difference(plan.goal.inputDiff ?? {}, "inputs"),
        outputDiff: difference(plan.goal.outputDiff ?? {}, "outputs"),
      },
    }),
    steps: plan.steps,
    state: change(plan.state, "state"),
    ...(plan.seed && { seed: plan.seed }),
  };
}

/**
 * What of the configuration is not as it was when the plan was made, in a line each; secrets are never shown.
 * A plan is for one configuration: with another one it says nothing about what would happen.
 */
export function configurationDifferences(
  planned: Record<string, ConfigValue>,
  present: Record<string, ConfigValue>,
): string[] {
  const keys = [...new Set([...Object.keys(planned), ...Object.keys(present)])].sort();
  return keys.flatMap((key) => {
    const [before, after] = [planned[key], present[key]];
    if (!before) return [`${key}: is set now and was not`];
    if (!after) return [`${key}: was set and is not now`];
    return sameText(before.value, after.value) ? [] : [`${key}: has another value`];
  });
}

/** Structured values may come back with another spacing. */
function sameText(left: string, right: string): boolean {
  if (left === right) return true;
  const [a, b] = [jsonOf(left), jsonOf(right)];
  return a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
