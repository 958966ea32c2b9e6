/** The locks of a stack where they are kept: in a folder, or in the S3 bucket of the Pulumi CLI's backend. */
import * as fs from "node:fs";
import * as path from "node:path";
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { lockFolder, type StackReference } from "../../engine/state/layout.ts";
import type { LockOwner } from "../../operations/state/locks.ts";
import { UsageError } from "./usage-error.ts";

export interface HeldLock {
  owner: LockOwner;
  release(): Promise<void>;
}

/** What cannot be read may be of a newer Pulumi: it is a lock whose holder is not known, and is kept. */
function ownerIn(text: string): LockOwner {
  const unknown: LockOwner = {
    pid: 0,
    username: "(unknown)",
    hostname: "(unknown)",
    timestamp: new Date(0).toISOString(),
  };
  try {
    return { ...unknown, ...(JSON.parse(text) as LockOwner) };
  } catch {
    return unknown;
  }
}

export function locksInFolder(reference: StackReference): HeldLock[] {
  const folder = lockFolder(reference);
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const file = path.join(folder, name);
      return { owner: ownerIn(fs.readFileSync(file, "utf8")), release: async () => fs.rmSync(file, { force: true }) };
    });
}

/** @param backend for example `s3://bucket/prefix?region=us-east-1`, with the parameters that the Pulumi CLI takes */
async function locksInBucket(backend: URL, reference: Omit<StackReference, "root">): Promise<HeldLock[]> {
  const parameters = backend.searchParams;
  const endpoint = parameters.get("endpoint");
  const region = parameters.get("region");
  const client = new S3Client({
    ...(region !== null && { region }),
    ...(endpoint !== null && { endpoint: endpoint.includes("://") ? endpoint : `https://${endpoint}` }),
    forcePathStyle: parameters.get("s3ForcePathStyle") === "true",
  });
  const Bucket = backend.hostname;
  const root = backend.pathname.replace(/^\/+/, "");
  const Prefix = `${lockFolder({ ...reference, root })}/`;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  const keys = Contents.flatMap(({ Key }) => (Key?.endsWith(".json") ? [Key] : []));
  return Promise.all(
    keys.map(async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return {
        owner: ownerIn((await Body?.transformToString()) ?? ""),
        release: async () => void (await client.send(new DeleteObjectCommand({ Bucket, Key }))),
      };
    }),
  );
}

/**
 * @param address the backend's, as in `PULUMI_BACKEND_URL`; Pulumi Cloud keeps its locks itself
 * @throws UsageError for a backend whose locks are not known here
 */
export async function locksOfBackend(
  address: string | undefined,
  reference: Omit<StackReference, "root">,
): Promise<HeldLock[]> {
  if (address === undefined || /^https?:/.test(address)) return [];
  if (address.startsWith("file://")) return locksInFolder({ ...reference, root: address.slice("file://".length) });
  if (address.startsWith("s3://")) return locksInBucket(new URL(address), reference);
  throw new UsageError(
    `the locks of ${address.replace(/\?.*/, "")} are not known here`,
    "Look at them with the backend's own tools; `pulumi cancel` releases all of them.",
  );
}
