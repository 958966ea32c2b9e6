/** What a stack consists of as it was applied: its resources and outputs, from the sandbox's state or the cloud's. */
import type { PropertyMap, PropertyValue } from "../../engine/values.ts";
import { isMap, isSecret } from "../../engine/values.ts";
import type { Flags } from "./flags.ts";
import { capturePulumi } from "./pulumi-cli.ts";
import { openSession } from "./session.ts";
import { describeTarget, type Target, targetOf } from "./target.ts";
import { UsageError } from "./usage-error.ts";

export interface AppliedResource {
  urn: string;
  type: string;
  id?: string;
  inputs?: PropertyMap;
  outputs?: PropertyMap;
}

export interface Applied {
  target: Target;
  resources: AppliedResource[];
  outputs: PropertyMap;
}

export type AppliedFlags = Pick<Flags, "cwd" | "sandbox" | "cloud" | "engine">;

/** Errors: {@link UsageError} when nothing was applied yet. The first line on stderr says which target it is. */
export async function appliedStack(command: string, stack: string, flags: AppliedFlags): Promise<Applied> {
  const target = targetOf("outputs", stack, flags);
  process.stderr.write(`${describeTarget(command, stack, target)}\n`);
  const resources = target.world === "cloud" ? await fromCloud(stack, flags, target) : await fromSandbox(stack, flags);
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  if (!root) throw new UsageError(`${stack} has not been applied yet`, `./thorbis up ${stack}`, 1);
  return { target, resources, outputs: root.outputs ?? {} };
}

async function fromSandbox(stack: string, { cwd }: AppliedFlags): Promise<AppliedResource[]> {
  const { state } = await openSession(cwd, stack);
  return (await state.snapshot()).resources;
}

async function fromCloud(stack: string, { cwd }: AppliedFlags, target: Target): Promise<AppliedResource[]> {
  const words = ["stack", "export", "--show-secrets"];
  const { deployment } = JSON.parse(await capturePulumi({ directory: cwd, stack, target, arguments: words })) as {
    deployment?: { resources?: AppliedResource[] };
  };
  return deployment?.resources ?? [];
}

/** The value without its secret envelope; exported secrets are JSON text under `plaintext`. */
export function opened(value: PropertyValue | undefined): PropertyValue | undefined {
  if (!isSecret(value)) return value;
  return typeof value.plaintext === "string" ? (JSON.parse(value.plaintext) as PropertyValue) : value.value;
}

/** An output that maps names to texts. Errors: {@link UsageError} when the stack has none of that name. */
export function textsOf({ outputs }: Applied, name: string): Record<string, string> {
  const value = opened(outputs[name]);
  if (!isMap(value))
    throw new UsageError(
      `the stack has no output '${name}'`,
      "Apply the stack as it is now declared, then try again.",
      1,
    );
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(opened(text))]));
}

/** The team in which the stack's projects are, as Vercel's API takes it. */
export const teamOf = ({ resources }: Applied): string | undefined => {
  const team = opened(resources.find(({ type }) => type === "pulumi:providers:vercel")?.inputs?.team);
  return typeof team === "string" && team.startsWith("team_") ? team : undefined;
};
