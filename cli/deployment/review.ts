/** The facts of one environment's comparison with the base, judged by the policy pack's own functions. */
import type { StepMetadata } from "../../engine/events.ts";
import type { ResourceState } from "../../engine/state/resource.ts";
import { nameOf } from "../../engine/urn.ts";
import { movesOf, type Placed } from "../../operations/renames/moves.ts";
import { changesOf, neighbourhood } from "../../operations/report/collect.ts";
import type { EnvironmentReview } from "../../operations/report/review.ts";
import { checkRecord, type Pack, type Report, shippedPack } from "../../policy/check.ts";
import { levelOf, settingsOf, tierOf } from "../../policy/config.ts";
import { DATA_TYPES } from "../../policy/data.ts";
import { readRecord } from "../../policy/recorded.ts";
import type { Comparison } from "./against-base.ts";

const dataTypes = new Set(DATA_TYPES);
const RENAME_RULE = "pulumi-resource-renamed";
const SCORE_RULE = "vercel-headers-observatory";

function reportOf(resources: readonly ResourceState[], steps: readonly StepMetadata[], pack: Pack): Report {
  const planned = steps.map(({ op, urn, old, new: made, keys }) => ({
    op,
    urn,
    ...(old && { oldState: old }),
    ...(made && { newState: made }),
    ...(keys && { replaceReasons: keys }),
  }));
  const record = {
    ...readRecord({ resources }),
    steps: planned.length > 0 ? readRecord({ steps: planned }).steps : [],
  };
  return checkRecord(record, pack, new Date());
}

/** The names of the variables that a stack gives to its apps, whatever gives them. */
export function variableNames(resources: readonly ResourceState[]): Set<string> {
  const names = new Set<string>();
  const take = (value: unknown) => {
    if (typeof value === "object" && value !== null && "key" in value && typeof value.key === "string")
      names.add(value.key);
  };
  for (const { type, inputs } of resources) {
    if (type === "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable") take(inputs);
    if (type === "vercel:index/projectEnvironmentVariables:ProjectEnvironmentVariables") {
      const bulk = inputs?.variables;
      const inner =
        typeof bulk === "object" && bulk !== null && !Array.isArray(bulk) && "value" in bulk ? bulk.value : bulk;
      if (Array.isArray(inner)) inner.forEach(take);
    }
  }
  return names;
}

const placed = (states: readonly (ResourceState | undefined)[]) =>
  new Map(states.flatMap((state) => (state ? [[state.urn, placeOf(state)] as const] : [])));

const placeOf = ({ urn, type, parent }: ResourceState): Placed => ({
  type,
  name: nameOf(urn),
  ...(parent !== undefined && { parent }),
});

/** One entry for each alias that is missing, whatever number of resources it would save. */
function renames(head: Report, { base, steps }: Pick<Comparison, "base" | "steps">): EnvironmentReview["renames"] {
  const old = placed(base.resources);
  const young = placed(steps.filter(({ op }) => op !== "delete").map((step) => step.new));
  const found = new Map<string, EnvironmentReview["renames"][number]>();
  for (const { rule, urn, message, waiver } of head.findings) {
    // A waived one is meant: it stands among the waivers.
    if (rule !== RENAME_RULE || waiver !== undefined) continue;
    const gone = old.get(urn);
    const created = /while (.+) is created with/.exec(message)?.[1];
    const made = steps.find(
      ({ op, new: state }) => op === "create" && state?.type === gone?.type && nameOf(state?.urn ?? "") === created,
    );
    if (!gone || !made) continue;
    for (const move of movesOf(urn, made.urn, old, young)) {
      const known = found.get(move.from);
      found.set(move.from, { ...move, holdsData: dataTypes.has(gone.type) || known?.holdsData === true });
    }
  }
  return [...found.values()];
}

/** The least score that the pack asks of an app in this stack; 0 where it asks none. */
export function scoreFloor(stack: string, { rules, config }: Pack = shippedPack()): number {
  const tier = tierOf(stack, config);
  const rule = rules.find(({ name }) => name === SCORE_RULE);
  if (!rule || levelOf(rule, tier, config) === "disabled") return 0;
  return Number(settingsOf(rule, tier, config).minimumPoints ?? rule.settings.minimumPoints?.default ?? 0);
}

/** The environment's monthly budget as declared; the smallest where there are several. */
function budgetOf(resources: readonly ResourceState[]): number | null {
  const limits = resources
    .filter(({ type }) => type === "aws:budgets/budget:Budget")
    .map(({ inputs }) => Number(inputs?.limitAmount))
    .filter(Number.isFinite);
  return limits.length > 0 ? Math.min(...limits) : null;
}

function costs(before: Report | undefined, after: Report, head: readonly ResourceState[]): EnvironmentReview["cost"] {
  const names = new Set([...Object.keys(before?.cost.components ?? {}), ...Object.keys(after.cost.components)]);
  return {
    currency: "USD",
    before: before ? before.cost.perMonth : null,
    after: after.cost.perMonth,
    budget: budgetOf(head),
    components: [...names].sort().map((name) => ({
      name,
      before: before?.cost.components[name] ?? 0,
      after: after.cost.components[name] ?? 0,
    })),
    unpriced: [...new Set(after.cost.unknown.map(({ name, reason }) => `${name}: ${reason}`))].sort(),
    byUse: Object.entries(after.cost.byUse)
      .map(([type, what]) => `${type}: ${what}`)
      .sort(),
  };
}

/** @param missing names of variables that the change makes necessary and nobody has supplied */
export function environmentReview(
  name: string,
  { base, head, steps, errors }: Comparison,
  missing: string[],
): EnvironmentReview {
  const pack = shippedPack();
  const resources = head.snapshot.resources;
  const after = reportOf(resources, steps, pack);
  const before = base.resources.length > 0 ? reportOf(base.resources, [], pack) : undefined;
  const changes = changesOf(
    steps.map(({ op, urn, old, new: made, keys }) => ({
      op,
      urn,
      ...(old && { old }),
      ...(made && { new: made }),
      ...(keys && { keys }),
    })),
    (type) => dataTypes.has(type),
  );
  const [old, young] = [variableNames(base.resources), variableNames(resources)];
  const open = after.findings.filter(({ waiver, rule }) => waiver === undefined && rule !== RENAME_RULE);
  const counts: Record<string, number> = {};
  for (const [op, count] of Object.entries(head.changes)) counts[op] = count;
  return {
    name,
    ...(errors.length > 0 && { error: errors.join("\n").slice(0, 4_000) }),
    counts,
    changes,
    renames: renames(after, { base, steps }),
    policy: {
      findings: open
        .filter(({ result }) => result !== "unknown")
        .map(({ rule, level, severity, urn, message }) => ({
          policy: rule,
          level,
          severity,
          urn,
          message: message.slice(0, 4_000),
        })),
      unknown: open
        // Options are judged by the engine before each step; a state does not record them.
        .filter(({ result, property }) => result === "unknown" && !property?.startsWith("options."))
        .map(({ rule, urn, message }) => ({ policy: rule, urn, message: message.slice(0, 4_000) })),
      waivers: after.waivers.map(({ rule, urn, reason, owner, expires }) => ({
        rule,
        resource: urn,
        reason,
        owner,
        expires,
      })),
    },
    headers: after.scores.map(({ name: project, score }) => ({
      app: project.replace(/-project$/, ""),
      before: before?.scores.find((earlier) => earlier.name === project)?.score?.points ?? null,
      after: score?.points ?? null,
      floor: scoreFloor(name, pack),
      modifiers: (score?.modifiers ?? [])
        .filter(({ points }) => points !== 0)
        .map(({ reason, points }) => ({ label: reason, points })),
    })),
    cost: costs(before, after, resources),
    variables: {
      added: [...young].filter((variable) => !old.has(variable)).sort(),
      removed: [...old].filter((variable) => !young.has(variable)).sort(),
      missing,
    },
    graph: neighbourhood(resources, changes),
  };
}
