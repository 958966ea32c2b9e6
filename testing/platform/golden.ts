/** The golden graph of an environment: every resource with every input and every dependency, secrets redacted. */

import type { ResourceState } from "../../engine/state/resource.ts";
import { isMap, isSecret, isUnknown, type PropertyValue } from "../../engine/values.ts";
import { type StackName, stackFile } from "../stack-files.ts";
import { ThrowAwayWorld } from "./run.ts";

export interface GoldenResource {
  readonly inputs: unknown;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly provider?: string;
  readonly options?: readonly string[];
}

/** By the URN's tail: type chain and name, without the stack. */
export type GoldenGraph = Readonly<Record<string, GoldenResource>>;

export async function goldenGraph(stack: StackName): Promise<GoldenGraph> {
  const world = await ThrowAwayWorld.create();
  try {
    const { errors, snapshot, succeeded } = await world.run({ command: "preview", stack, config: stackFile(stack) });
    if (!succeeded) throw new Error(`the preview of ${stack} failed:\n${errors.join("\n")}`);
    const entries = snapshot.resources.map((resource) => [shortUrn(resource.urn), golden(resource)] as const);
    return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  } finally {
    await world.remove();
  }
}

/** The file's text: two spaces, one value a line, so that a pull request's difference reads well. */
export function goldenText(graph: GoldenGraph): string {
  return `${JSON.stringify(graph, null, 1)}\n`;
}

function golden(resource: ResourceState): GoldenResource {
  const options = (["protect", "retainOnDelete"] as const).filter((option) => resource[option] === true);
  const dependencies = (resource.dependencies ?? []).map(shortUrn).toSorted();
  return {
    inputs: redacted(resource.inputs ?? {}),
    ...(resource.parent === undefined ? {} : { parent: shortUrn(resource.parent) }),
    ...(dependencies.length > 0 ? { dependencies } : {}),
    ...(resource.provider === undefined ? {} : { provider: shortUrn(resource.provider.replace(/::[^:]*$/, "")) }),
    ...(options.length > 0 ? { options } : {}),
  };
}

function shortUrn(urn: string): string {
  const [, , ...rest] = urn.split("::");
  return rest.length > 1 ? `${rest[0]?.split("$").at(-1)}::${rest.slice(1).join("::")}` : urn;
}

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
