/** From the steps of a preview to the facts that a reviewer needs. Pure: who ran the preview, and how, is not known here. */

import { nameOf } from "../urn.ts";
import { differences } from "./differences.ts";
import type { Change, EnvironmentReview } from "./review.ts";

/** The part of a resource's state that a review reads; the names are those of Pulumi's checkpoint. */
export interface ReviewedResource {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  parent?: string;
  dependencies?: readonly string[];
}

export interface ReviewedStep {
  op: string;
  urn: string;
  old?: ReviewedResource;
  new?: ReviewedResource;
  /** Names of the properties that force the replacement. */
  keys?: readonly string[];
}

/** The engine speaks of the halves of a replacement; a reviewer thinks of one replacement. */
const operations: Record<string, Change["op"] | undefined> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  import: "import",
  "import-replacement": "replace",
};

/** The components that own a resource, outermost first, without the stack. */
function owners(urn: string, resources: ReadonlyMap<string, ReviewedResource>): string[] {
  const chain: string[] = [];
  let parent = resources.get(urn)?.parent;
  while (parent !== undefined && chain.length < 20) {
    if (!parent.includes("::pulumi:pulumi:Stack::")) chain.unshift(nameOf(parent));
    parent = resources.get(parent)?.parent;
  }
  return chain;
}

export function changesOf(steps: readonly ReviewedStep[], holdsData: (type: string) => boolean): Change[] {
  const resources = new Map<string, ReviewedResource>();
  for (const step of steps) {
    if (step.old) resources.set(step.urn, step.old);
    if (step.new) resources.set(step.urn, step.new);
  }
  return steps.flatMap((step) => {
    const op = operations[step.op];
    const resource = step.new ?? step.old;
    if (!op || !resource || resource.type.startsWith("pulumi:providers:")) return [];
    return [
      {
        urn: step.urn,
        type: resource.type,
        name: nameOf(step.urn),
        op,
        component: owners(step.urn, resources),
        holdsData: holdsData(resource.type),
        differences: op === "delete" ? [] : differences(step.old?.inputs, step.new?.inputs, step.keys),
      },
    ];
  });
}

/** The changed resources with everything that they depend on, that depends on them, and that owns them. */
export function neighbourhood(
  resources: readonly ReviewedResource[],
  changes: readonly Change[],
): EnvironmentReview["graph"] {
  const ops = new Map(changes.map(({ urn, op }) => [urn, op]));
  const all = new Map(resources.map((resource) => [resource.urn, resource]));
  const edges: [string, string][] = [];
  const shown = new Set(ops.keys());
  for (const { urn, dependencies = [] } of resources) {
    for (const needed of dependencies) {
      if (!ops.has(urn) && !ops.has(needed)) continue;
      edges.push([needed, urn]);
      shown.add(needed).add(urn);
    }
  }
  const nodes = [...shown].flatMap((urn) => {
    const type = all.get(urn)?.type ?? changes.find((change) => change.urn === urn)?.type;
    return type ? [{ urn, type, name: nameOf(urn), op: ops.get(urn) ?? null }] : [];
  });
  return { nodes, edges };
}
