/** The golden graph of an environment: every resource with every input and every dependency, secrets redacted. */

import type { ResourceState } from "../../engine/state/resource.ts";
import { createUrn, nameOf, projectOf, qualifiedTypeOf, stackOf, typeOf } from "../../engine/urn.ts";
import { isMap, isSecret, isUnknown, type PropertyValue } from "../../engine/values.ts";
import { type StackName, stackFile } from "../stack-files.ts";
import { ThrowAwayWorld } from "./run.ts";

export interface GoldenResource {
  readonly inputs: unknown;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly provider?: string;
  readonly options?: readonly string[];
  /** Former identities, without stack and project: `<types of the owners and its own, joined by $>::<name>`. */
  readonly aliases?: readonly string[];
}

/** By the URN's tail: type chain and name, without the stack. */
export type GoldenGraph = Readonly<Record<string, GoldenResource>>;

export async function goldenGraph(stack: StackName): Promise<GoldenGraph> {
  const world = await ThrowAwayWorld.create();
  try {
    const config = stackFile(stack);
    const { errors, plan, snapshot, succeeded } = await world.run({
      command: "preview",
      stack,
      config,
      wantPlan: true,
    });
    if (!succeeded) throw new Error(`the preview of ${stack} failed:\n${errors.join("\n")}`);
    const entries = snapshot.resources.map((resource) => {
      const aliases = plan?.resourcePlans[resource.urn]?.goal?.aliases ?? [];
      return [shortUrn(resource.urn), golden(resource, aliases)] as const;
    });
    return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  } finally {
    await world.remove();
  }
}

/** The file's text: two spaces, one value a line, so that a pull request's difference reads well. */
export function goldenText(graph: GoldenGraph): string {
  return `${JSON.stringify(graph, null, 1)}\n`;
}

function golden(resource: ResourceState, aliases: readonly string[]): GoldenResource {
  const options = (["protect", "retainOnDelete"] as const).filter((option) => resource[option] === true);
  const dependencies = (resource.dependencies ?? []).map(shortUrn).toSorted();
  return {
    inputs: redacted(resource.inputs ?? {}),
    ...(resource.parent === undefined ? {} : { parent: shortUrn(resource.parent) }),
    ...(dependencies.length > 0 ? { dependencies } : {}),
    ...(resource.provider === undefined ? {} : { provider: shortUrn(resource.provider.replace(/::[^:]*$/, "")) }),
    ...(options.length > 0 ? { options } : {}),
    ...(aliases.length > 0 ? { aliases: aliases.map((alias) => formerIdentity(alias, resource)).toSorted() } : {}),
  };
}

function shortUrn(urn: string): string {
  const [, , ...rest] = urn.split("::");
  return rest.length > 1 ? `${rest[0]?.split("$").at(-1)}::${rest.slice(1).join("::")}` : urn;
}

/** A plan has an alias as a URN, or as JSON of what differs from today's identity. */
function formerIdentity(alias: string, { urn, parent }: ResourceState): string {
  if (!alias.startsWith("{")) return identityOf(alias);
  const former = JSON.parse(alias) as {
    urn?: string;
    name?: string;
    type?: string;
    parent?: string;
    noParent?: boolean;
  };
  if (former.urn) return identityOf(former.urn);
  const owner = former.noParent ? undefined : former.parent || parent;
  const [type, name] = [former.type || typeOf(urn), former.name || nameOf(urn)];
  return identityOf(createUrn({ stack: stackOf(urn), project: projectOf(urn), parent: owner, type, name }));
}

const identityOf = (urn: string): string => `${qualifiedTypeOf(urn)}::${nameOf(urn)}`;

function redacted(value: PropertyValue): unknown {
  if (isSecret(value)) return "[secret]";
  if (isUnknown(value)) return "[unknown]";
  if (Array.isArray(value)) return value.map(redacted);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("__"))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, part]) => [key, redacted(part)]),
  );
}
