import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { z } from "zod";
import { messageOf, OperationFailure } from "../failure.ts";

const table = z.strictObject({ schema: z.string(), name: z.string() });

/** A name without a folder: no manifest can name what lies outside its set. */
export const FILE_NAME = /^[a-z0-9-]+(\.[a-z0-9]+)+$/;

const file = z.strictObject({
  /** @example "data-001.dump.zst.age" */
  name: z.string().regex(FILE_NAME),
  kind: z.enum(["schema", "data", "large-objects", "roles", "files"]),
  /** Size and SHA-256 of the object as it is stored. */
  bytes: z.number(),
  sha256: z.string(),
  /** SHA-256 of the decrypted, still compressed stream, in sets from before zstd's own checksum was relied on. */
  contentSha256: z.string().optional(),
  /** Version of the promoted object, where the bucket keeps versions. */
  versionId: z.string().optional(),
  /** Tables and sequences whose contents a data file holds. */
  tables: z.array(table).optional(),
  sequences: z.array(table).optional(),
  /** Entries that a verified file listed: of pg_restore, of tar, or lines. */
  entries: z.number(),
});

/** How a database is made again under another name; `pg_restore` does this only under the old one. */
const database = z.strictObject({
  name: z.string(),
  owner: z.string(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  /** Statements with `:database` in the place of the name. */
  properties: z.array(z.string()),
});

export const manifestSchema = z.strictObject({
  format: z.literal(1),
  id: z.string(),
  environment: z.string(),
  /** Time of the snapshot: everything committed before it is in the set. */
  createdAt: z.iso.datetime(),
  durationSeconds: z.number(),
  tool: z.string(),
  operator: z.string(),
  server: z.strictObject({ major: z.number(), version: z.string() }),
  client: z.string(),
  database,
  schemaFingerprint: z.string(),
  /** One line a login role and table: what it may do. */
  access: z.array(z.string()),
  /** Row counts of the chosen tables in the snapshot, by `schema.table`. */
  rowCounts: z.record(z.string(), z.number()),
  /** Bytes that the tables took in the source. */
  sourceBytes: z.number(),
  recipients: z.array(z.strictObject({ name: z.string(), publicKey: z.string(), escrow: z.boolean() })),
  files: z.array(file),
  /** Why a fall against the trend was accepted. */
  acceptedFall: z.string().optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestFile = z.infer<typeof file>;
export type TableName = z.infer<typeof table>;

/** @example "20261121T021503Z-9f86d0": sorts by time; the random part keeps two of one second apart. */
export function newSetId(at: Date): string {
  return `${at.toISOString().replace(/[-:]|\.\d+/g, "")}-${randomBytes(3).toString("hex")}`;
}

export const SET_ID = /^\d{8}T\d{6}Z-[0-9a-f]{6}$/;

export function storedBytes(manifest: Pick<Manifest, "files">): number {
  return manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The manifest's text as it is stored and signed. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** An Ed25519 signature of the text, base64. The key is PEM (PKCS #8). */
export function signText(text: string, privateKey: string): string {
  try {
    return sign(null, Buffer.from(text), createPrivateKey(privateKey)).toString("base64");
  } catch (error) {
    throw new OperationFailure(`the manifest cannot be signed: ${messageOf(error)}`, { exitCode: 2 });
  }
}

/**
 * Reads a manifest that was fetched for `id`. It must be that set's, and when a key is known it must carry that key's
 * signature: whoever can write to the bucket could otherwise put a set of their own in its place.
 */
export function readManifest(
  id: string,
  text: string,
  signature: string | undefined,
  verifyKey: string | undefined,
): Manifest {
  const refuse = (reason: string): never => {
    throw new OperationFailure(`the manifest of ${id} is not to be trusted: ${reason}`, {
      remedy: "Do not restore from it. Take another set (./thorbis backup list), and find out who wrote to the bucket.",
    });
  };
  if (verifyKey !== undefined) {
    if (signature === undefined) return refuse("it is not signed");
    const isValid = verify(null, Buffer.from(text), createPublicKey(verifyKey), Buffer.from(signature, "base64"));
    if (!isValid) return refuse("its signature is not the one of this text");
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse("it is not JSON");
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) return refuse(z.prettifyError(parsed.error));
  if (parsed.data.id !== id) return refuse(`it is the manifest of ${parsed.data.id}`);
  return parsed.data;
}
