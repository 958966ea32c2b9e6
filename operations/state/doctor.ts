/**
 * What can be wrong with a stack's state, found and mended on its exported form (`pulumi stack export`,
 * `./thorbis state export`), so that it works on every backend. Finding changes nothing; mending takes the findings and
 * returns a new state, and is only written after a backup of the old one.
 */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().optional(),
  id: z.string().optional(),
  delete: z.boolean().optional(),
  external: z.boolean().optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  deletedWith: z.string().optional(),
});
const exportedState = z.looseObject({
  version: z.literal(3),
  deployment: z.looseObject({
    resources: z.array(resource).nullish(),
    pending_operations: z.array(z.looseObject({ type: z.string(), resource })).nullish(),
  }),
});

export type ExportedState = z.infer<typeof exportedState>;
export type StateResource = z.infer<typeof resource>;

export type Presence = "exists" | "gone" | "unknown";

/** What the cloud says; `unknown` where it could not be asked. */
export interface Cloud {
  /** Does what this state describes exist? Asked by id, or for a creation under way by its unique name. */
  presence(resource: StateResource): Promise<{ presence: Presence; id?: string }>;
  /** Ids of everything tagged as managed by this stack; `undefined` when it cannot be listed. */
  tagged?(): Promise<{ id: string; type: string }[]>;
}

export type Finding =
  | { kind: "duplicate" | "dangling" | "disorder"; urn: string; detail: string; repair: "mend" | "none" }
  | { kind: "pending"; urn: string; detail: string; operation: number; repair: "drop" | "adopt" | "none"; id?: string }
  | { kind: "missing"; urn: string; detail: string; repair: "none" }
  | { kind: "orphan"; urn: string; detail: string; repair: "none" };

/** @throws OperationFailure when the text is not an exported state */
export function parseState(json: string): ExportedState {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    throw new OperationFailure("the state is not JSON", { exitCode: 2, remedy: "export it again" });
  }
  const parsed = exportedState.safeParse(data);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 5).map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new OperationFailure(`not an exported state of version 3:\n${faults.join("\n")}`, {
    exitCode: 2,
    remedy: "export it with `pulumi stack export` or `./thorbis state export`",
  });
}

const providerUrn = (reference: string) => reference.slice(0, reference.lastIndexOf("::"));

/** Every reference of a resource to another, with where it stands. */
function references(state: StateResource): [where: string, urn: string][] {
  return [
    ...(state.parent ? [["parent", state.parent] as [string, string]] : []),
    ...(state.provider ? [["provider", providerUrn(state.provider)] as [string, string]] : []),
    ...(state.deletedWith ? [["deletedWith", state.deletedWith] as [string, string]] : []),
    ...(state.dependencies ?? []).map((urn): [string, string] => ["dependencies", urn]),
    ...Object.entries(state.propertyDependencies ?? {}).flatMap(([key, urns]) =>
      (urns ?? []).map((urn): [string, string] => [`propertyDependencies.${key}`, urn]),
    ),
  ];
}

function structure(resources: readonly StateResource[]): Finding[] {
  const findings: Finding[] = [];
  const known = new Set(resources.map(({ urn }) => urn));
  const alive = new Set<string>();
  const before = new Set<string>();
  for (const state of resources) {
    if (!state.delete && alive.has(state.urn)) {
      findings.push({ kind: "duplicate", urn: state.urn, detail: "stands in the state twice", repair: "none" });
    }
    if (!state.delete) alive.add(state.urn);
    for (const [where, urn] of references(state)) {
      if (!known.has(urn)) {
        // Without its parent or provider nothing can be done to a resource; an edge of the graph can be dropped.
        const repair = where === "parent" || where === "provider" ? "none" : "mend";
        findings.push({
          kind: "dangling",
          urn: state.urn,
          detail: `${where} names ${urn}, which is not there`,
          repair,
        });
      } else if (!before.has(urn)) {
        findings.push({ kind: "disorder", urn: state.urn, detail: `stands before ${urn} (${where})`, repair: "mend" });
      }
    }
    before.add(state.urn);
  }
  return findings;
}

async function pending(state: ExportedState, cloud: Cloud): Promise<Finding[]> {
  const operations = state.deployment.pending_operations ?? [];
  return Promise.all(
    operations.map(async ({ type, resource: target }, operation): Promise<Finding> => {
      const { presence, id } = await cloud.presence(target);
      const found = `${type} was under way; in the cloud: ${presence}`;
      const base = { kind: "pending" as const, urn: target.urn, detail: found, operation };
      if (presence === "unknown") return { ...base, repair: "none" };
      if (type === "creating" && presence === "exists") return { ...base, repair: "adopt", ...(id && { id }) };
      return { ...base, repair: "drop" };
    }),
  );
}

async function presence(resources: readonly StateResource[], cloud: Cloud): Promise<Finding[]> {
  const custom = resources.filter((state) => state.custom && !state.type.startsWith("pulumi:"));
  const found = await Promise.all(custom.map(async (state) => ({ state, is: (await cloud.presence(state)).presence })));
  return found
    .filter(({ is }) => is === "gone")
    .map(({ state }) => ({
      kind: "missing",
      urn: state.urn,
      detail: `${state.id ?? "(no id)"} is gone from the cloud: a refresh takes it out, the next up makes it anew`,
      repair: "none",
    }));
}

/** @returns what is wrong, structure first; an empty list when nothing is */
export async function diagnose(state: ExportedState, cloud: Cloud): Promise<Finding[]> {
  const resources = state.deployment.resources ?? [];
  const ids = new Set(resources.map(({ id }) => id));
  const tagged = (await cloud.tagged?.()) ?? [];
  const orphans = tagged
    .filter(({ id }) => !ids.has(id))
    .map(({ id, type }): Finding => {
      const detail = "carries this stack's tags and is not in the state: adopt it or delete it by hand";
      return { kind: "orphan", urn: `${type} ${id}`, detail, repair: "none" };
    });
  return [...structure(resources), ...(await pending(state, cloud)), ...(await presence(resources, cloud)), ...orphans];
}

/** The state with every finding mended that can be; the input stays as it is. */
export function repair(state: ExportedState, findings: readonly Finding[]): ExportedState {
  const settled = new Map(
    findings.flatMap((f) => (f.kind === "pending" && f.repair !== "none" ? [[f.operation, f]] : [])),
  );
  const operations = state.deployment.pending_operations ?? [];
  const adopted = operations.flatMap((operation, index) => {
    const finding = settled.get(index);
    if (finding?.repair !== "adopt" || !finding.id) return [];
    return [{ ...operation.resource, id: finding.id }];
  });
  const left = operations.filter((_, index) => {
    const finding = settled.get(index);
    return !finding || (finding.repair === "adopt" && !finding.id);
  });
  const resources = [...(state.deployment.resources ?? []), ...adopted];
  const known = new Set(resources.map(({ urn }) => urn));
  const clean = resources.map((each) => withoutDangling(each, known));
  return { ...state, deployment: { ...state.deployment, resources: inOrder(clean), pending_operations: left } };
}

function withoutDangling(state: StateResource, known: ReadonlySet<string>): StateResource {
  const { deletedWith, ...rest } = state;
  const keep = (urns: readonly string[] | null | undefined) => (urns ?? []).filter((urn) => known.has(urn));
  return {
    ...rest,
    ...(state.dependencies && { dependencies: keep(state.dependencies) }),
    ...(state.propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(state.propertyDependencies).map(([key, urns]) => [key, keep(urns)]),
      ),
    }),
    ...(deletedWith !== undefined && known.has(deletedWith) && { deletedWith }),
  };
}

/** Everything after what it refers to, and otherwise in the order in which it stood. */
function inOrder(resources: readonly StateResource[]): StateResource[] {
  const byUrn = new Map<string, StateResource[]>();
  for (const state of resources) byUrn.set(state.urn, [...(byUrn.get(state.urn) ?? []), state]);
  const placed = new Set<StateResource>();
  const ordered: StateResource[] = [];
  const place = (state: StateResource): void => {
    if (placed.has(state)) return;
    placed.add(state);
    for (const [, urn] of references(state))
      if (urn !== state.urn) for (const needed of byUrn.get(urn) ?? []) place(needed);
    ordered.push(state);
  };
  for (const state of resources) place(state);
  return ordered;
}
