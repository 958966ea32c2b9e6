/**
 * Where Pulumi's DIY file backend keeps what (`pkg/backend/diy` of pulumi/pulumi): with
 * `PULUMI_BACKEND_URL=file://<root>` the Pulumi CLI works on the same files.
 */
import * as path from "node:path";

/** The DIY backend knows one organization, by this name. */
export const organization = "organization";

export interface StackReference {
  /** The folder that holds `.pulumi`. */
  root: string;
  project: string;
  stack: string;
}

const below = (reference: StackReference, ...parts: string[]): string => path.join(reference.root, ".pulumi", ...parts);

export const metaFile = (reference: StackReference): string => below(reference, "meta.yaml");

export const stacksFolder = (reference: StackReference): string => below(reference, "stacks", reference.project);

export const checkpointFile = (reference: StackReference): string =>
  path.join(stacksFolder(reference), `${reference.stack}.json`);

export const backupFile = (reference: StackReference): string => `${checkpointFile(reference)}.bak`;

/** Ours alone; the Pulumi CLI lists stacks by the ending `.json` and passes over it. */
export const journalFile = (reference: StackReference): string => `${checkpointFile(reference)}.journal`;

export const lockFolder = (reference: StackReference): string =>
  below(reference, "locks", organization, reference.project, reference.stack);

/** `<nanoseconds>` as the CLI names them; a moment's files sort by name. */
export function historyFile(reference: StackReference, nanoseconds: bigint, kind: "history" | "checkpoint"): string {
  const { project, stack } = reference;
  return below(reference, "history", project, stack, `${stack}-${nanoseconds}.${kind}.json`);
}

export function backupCopy(reference: StackReference, nanoseconds: bigint): string {
  const { project, stack } = reference;
  return below(reference, "backups", project, stack, `${stack}.${nanoseconds}.json`);
}

export const qualifiedName = (reference: StackReference): string =>
  `${organization}/${reference.project}/${reference.stack}`;
