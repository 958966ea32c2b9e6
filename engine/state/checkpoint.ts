/**
 * The text of a checkpoint, version 3, as the Pulumi CLI writes it (`sdk/go/common/apitype/core.go`), and of a
 * deployment as `pulumi stack export` prints it.
 */
import { createHash } from "node:crypto";
import { StateError } from "./errors.ts";
import { unknownFields, withSayingFields } from "./fields.ts";
import type { OperationType, ResourceState } from "./resource.ts";
import type { Sealing, SecretForm } from "./sealing.ts";

/** The release of the Pulumi CLI whose files these are; a manifest's `magic` proves its `version`. */
const writtenFor = "v3.260.0";

export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A resource as it stands on disk: its secrets are sealed. */
export type StoredResource = ResourceState;

export interface StoredDeployment {
  manifest: { time: string; magic: string; version: string };
  secrets_providers?: { type: string; state?: { salt?: string } };
  resources?: StoredResource[];
  pending_operations?: { resource: StoredResource; type: OperationType }[];
  metadata?: Record<string, unknown>;
}

/** Two states of one URN (the halves of a replacement) are told apart by what is to be deleted and by the id. */
export const keyOf = (state: ResourceState): string => `${state.delete ? "-" : "+"}${state.urn}#${state.id ?? ""}`;

/** The resource as the CLI stores it. */
export function storedResource(state: ResourceState, sealing: Sealing, form: SecretForm = "sealed"): StoredResource {
  const stored = withSayingFields(state);
  const place = keyOf(state);
  for (const field of ["inputs", "outputs"] as const) {
    if (stored[field]) stored[field] = sealing.seal(stored[field], `${place} ${field}`, form);
  }
  return stored;
}

export function openedResource(stored: StoredResource, sealing: Sealing | undefined): ResourceState {
  if (!sealing) return stored;
  const place = keyOf(stored);
  const { inputs, outputs } = stored;
  return {
    ...stored,
    ...(inputs && { inputs: sealing.open(inputs, `${place} inputs`) }),
    ...(outputs && { outputs: sealing.open(outputs, `${place} outputs`) }),
  };
}

/** The parts as JSON text, so that what was written before need not be written anew. */
export interface DeploymentText {
  salt: string;
  resources: string[];
  pendingOperations: string[];
}

function deploymentJson(parts: DeploymentText, time: Date): string {
  const manifest = { time: time.toISOString(), magic: hashOf(writtenFor), version: writtenFor };
  const provider = { type: "passphrase", state: { salt: parts.salt } };
  const members = [`"manifest":${JSON.stringify(manifest)}`, `"secrets_providers":${JSON.stringify(provider)}`];
  if (parts.resources.length > 0) members.push(`"resources":[${parts.resources.join(",")}]`);
  if (parts.pendingOperations.length > 0) members.push(`"pending_operations":[${parts.pendingOperations.join(",")}]`);
  members.push('"metadata":{}');
  return `{${members.join(",")}}`;
}

export function checkpointText(qualifiedName: string, parts: DeploymentText, time: Date): string {
  return `{"version":3,"checkpoint":{"stack":${JSON.stringify(qualifiedName)},"latest":${deploymentJson(parts, time)}}}`;
}

/** `{"version":3,"deployment":{…}}`, indented as the CLI prints it. */
export function exportText(parts: DeploymentText, time: Date): string {
  return JSON.stringify({ version: 3, deployment: JSON.parse(deploymentJson(parts, time)) }, undefined, 4);
}

/** Errors: {@link StateError} with the file's name when the text is no checkpoint that this engine reads. */
export function parseCheckpoint(text: string, file: string): StoredDeployment {
  const { version, checkpoint } = parseVersioned(text, file) as {
    version?: number;
    checkpoint?: { latest?: StoredDeployment | null };
  };
  refuseOtherVersions(version, file);
  return verified(checkpoint?.latest ?? emptyDeployment(), file);
}

export function parseExport(text: string, file: string): StoredDeployment {
  const { version, deployment } = parseVersioned(text, file) as { version?: number; deployment?: StoredDeployment };
  refuseOtherVersions(version, file);
  if (!deployment?.manifest) throw new StateError(`${file}: it holds no deployment with a manifest`, 2);
  return verified(deployment, file);
}

function emptyDeployment(): StoredDeployment {
  return { manifest: { time: "", magic: hashOf(writtenFor), version: writtenFor } };
}

function parseVersioned(text: string, file: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Told below, in the reader's words.
  }
  throw new StateError(
    `${file}: it is not a JSON object`,
    1,
    "A copy of the state before the last run stands beside it, with the ending .bak.",
  );
}

function refuseOtherVersions(version: number | undefined, file: string): void {
  if (version === 3) return;
  throw new StateError(
    `${file}: version ${version ?? "(none)"} of the state's format; the embedded engine reads version 3`,
    2,
    "Use the Pulumi CLI for this stack (--engine pulumi).",
  );
}

function verified(deployment: StoredDeployment, file: string): StoredDeployment {
  const { magic, version } = deployment.manifest;
  if (magic && magic !== hashOf(version)) {
    throw new StateError(
      `${file}: the manifest's magic does not belong to its version: the file was changed by hand`,
      1,
    );
  }
  const provider = deployment.secrets_providers?.type;
  if (provider && provider !== "passphrase") {
    throw new StateError(
      `${file}: secrets are sealed by '${provider}'; the embedded engine knows 'passphrase'`,
      2,
      "Use the Pulumi CLI for this stack (--engine pulumi).",
    );
  }
  const seen = new Set<string>();
  for (const resource of deployment.resources ?? []) {
    refuseUnknown(resource, file);
    const missing = [resource.parent, ...(resource.dependencies ?? [])].find((urn) => urn && !seen.has(urn));
    if (missing && !resource.delete) {
      throw new StateError(`${file}: ${resource.urn} refers to ${missing}, which does not stand before it`, 1);
    }
    seen.add(resource.urn);
  }
  return deployment;
}

/** Written back without them the state would forget what the CLI was told. */
function refuseUnknown(resource: StoredResource, file: string): void {
  const unknown = unknownFields.find((field) => field in resource);
  if (unknown === undefined) return;
  throw new StateError(
    `${file}: ${resource.urn} has '${unknown}', which the embedded engine does not know`,
    2,
    "Use the Pulumi CLI for this stack (--engine pulumi).",
  );
}
