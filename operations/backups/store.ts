import type { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import type { OperationSettings } from "../settings.ts";
import { startDownload } from "./download.ts";
import { copyLarge } from "./large-copy.ts";
import { absentAsUndefined, copySource, explain, type ObjectAddress } from "./s3-call.ts";
import { type Uploaded, type UploadOptions, upload } from "./upload.ts";

/** S3 takes no smaller part but the last. */
const SMALLEST_PART = 5 * 1024 ** 2;

export interface StoredObject {
  key: string;
  bytes: number;
  lastModified: Date;
}

export interface Lock {
  mode: "GOVERNANCE" | "COMPLIANCE";
  until: Date;
}

/** One bucket as the backups use it. Throttling, 5xx answers and cut connections are tried again by the SDK. */
export interface Store {
  bucket: string;
  /** Streams of unknown length, in parts; nothing is stored under the key unless the whole body was read. */
  upload(key: string, body: AsyncIterable<Buffer>, options: UploadOptions): Promise<Uploaded>;
  putText(key: string, text: string): Promise<void>;
  getText(key: string): Promise<string | undefined>;
  /** The object's bytes; continues where it stopped when the connection is cut. */
  download(key: string, versionId?: string): Promise<Readable>;
  /** Copies inside the bucket and returns the new object's version, if the bucket keeps versions. */
  copy(from: string, to: string, bytes: number): Promise<string | undefined>;
  /** Locks one version against deletion. */
  lock(key: string, versionId: string | undefined, lock: Lock): Promise<void>;
  sizeOf(key: string): Promise<number | undefined>;
  list(prefix: string): Promise<StoredObject[]>;
  listFolders(prefix: string): Promise<string[]>;
  remove(key: string, versionId?: string): Promise<void>;
  lockedUntil(key: string, versionId?: string): Promise<Date | undefined>;
  /** Ends multipart uploads that a killed run left behind. */
  abortUploads(prefix: string): Promise<number>;
  close(): void;
}

export function createS3Client(aws: OperationSettings["aws"]): S3Client {
  const { accessKeyId, secretAccessKey } = aws;
  return new S3Client({
    region: aws.region,
    maxAttempts: 8,
    retryMode: "standard",
    // The SDK's own check of a download ignores a slow reader and fills the memory; every file is hashed here anyway.
    responseChecksumValidation: "WHEN_REQUIRED",
    ...(aws.endpoint !== undefined && { endpoint: aws.endpoint, forcePathStyle: true }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  });
}

/** What S3 sets; a test lowers them. */
export interface CopyLimits {
  /** Bytes that one call copies. */
  call: number;
  /** Bytes of a part beyond that. */
  part: number;
}

const COPY_LIMITS: CopyLimits = { call: 5 * 1024 ** 3, part: 1024 ** 3 };

export function openStore(client: S3Client, bucket: string, limits = COPY_LIMITS): Store {
  return {
    bucket,
    ...contentsOf(client, bucket),
    ...copiesIn(client, bucket, limits),
    ...locksOf(client, bucket),
    ...listingsOf(client, bucket),
    abortUploads: (prefix) => explain("ending abandoned uploads", () => abortUploads(client, bucket, prefix)),
    close: () => client.destroy(),
  };
}

type Part<K extends keyof Store> = Pick<Store, K>;

function addressIn(bucket: string, key: string, versionId?: string): ObjectAddress {
  return { Bucket: bucket, Key: key, ...(versionId !== undefined && { VersionId: versionId }) };
}

function contentsOf(
  client: S3Client,
  bucket: string,
): Part<"upload" | "putText" | "getText" | "download" | "sizeOf" | "remove"> {
  const at = (key: string, versionId?: string): ObjectAddress => addressIn(bucket, key, versionId);
  return {
    async upload(key, body, { partBytes, ...options }) {
      const inParts = { ...options, partBytes: Math.max(SMALLEST_PART, partBytes) };
      return await explain(`upload of ${key}`, () => upload(client, at(key), body, inParts));
    },
    async putText(key, text) {
      await explain(`writing ${key}`, () => client.send(new PutObjectCommand({ ...at(key), Body: text })));
    },
    async getText(key) {
      const answer = await absentAsUndefined(`reading ${key}`, () => client.send(new GetObjectCommand(at(key))));
      return await answer?.Body?.transformToString();
    },
    download: async (key, versionId) => await startDownload(client, at(key, versionId)),
    async sizeOf(key) {
      const answer = await absentAsUndefined(`asking for ${key}`, () => client.send(new HeadObjectCommand(at(key))));
      return answer?.ContentLength;
    },
    async remove(key, versionId) {
      await explain(`removal of ${key}`, () => client.send(new DeleteObjectCommand(at(key, versionId))));
    },
  };
}

function copiesIn(client: S3Client, bucket: string, limits: CopyLimits): Part<"copy"> {
  return {
    async copy(from, to, bytes) {
      return await explain(`copy to ${to}`, async () => {
        if (bytes > limits.call) return await copyLarge(client, { bucket, from, to, bytes, partBytes: limits.part });
        const copy = new CopyObjectCommand({ ...addressIn(bucket, to), CopySource: copySource(bucket, from) });
        return (await client.send(copy)).VersionId;
      });
    },
  };
}

function locksOf(client: S3Client, bucket: string): Part<"lock" | "lockedUntil"> {
  return {
    async lock(key, versionId, { mode, until }) {
      const retention = new PutObjectRetentionCommand({
        ...addressIn(bucket, key, versionId),
        Retention: { Mode: mode, RetainUntilDate: until },
      });
      await explain(`lock of ${key}`, () => client.send(retention));
    },
    async lockedUntil(key, versionId) {
      const answer = await absentAsUndefined(`asking for the lock of ${key}`, () =>
        client.send(new GetObjectRetentionCommand(addressIn(bucket, key, versionId))),
      );
      return answer?.Retention?.RetainUntilDate;
    },
  };
}

function listingsOf(client: S3Client, bucket: string): Part<"list" | "listFolders"> {
  return {
    list: (prefix) => explain(`listing ${prefix}`, () => listObjects(client, bucket, prefix)),
    listFolders: (prefix) => explain(`listing ${prefix}`, () => listFolders(client, bucket, prefix)),
  };
}

async function listObjects(client: S3Client, bucket: string, prefix: string): Promise<StoredObject[]> {
  const objects: StoredObject[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, Size, LastModified } of page.Contents ?? []) {
      if (Key !== undefined) objects.push({ key: Key, bytes: Size ?? 0, lastModified: LastModified ?? new Date(0) });
    }
  }
  return objects;
}

async function listFolders(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const folders: string[] = [];
  const what = { Bucket: bucket, Prefix: prefix, Delimiter: "/" };
  for await (const page of paginateListObjectsV2({ client }, what)) {
    for (const { Prefix } of page.CommonPrefixes ?? []) {
      if (Prefix !== undefined) folders.push(Prefix.slice(prefix.length).replace(/\/$/, ""));
    }
  }
  return folders;
}

/** Each page's uploads are gone after it, so the first page is asked for until it is empty. */
async function abortUploads(client: S3Client, bucket: string, prefix: string): Promise<number> {
  for (let aborted = 0; ; ) {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }));
    const uploads = (page.Uploads ?? []).filter(({ Key }) => Key?.startsWith(prefix));
    if (uploads.length === 0) return aborted;
    for (const { Key, UploadId } of uploads) {
      const abort = new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId });
      await absentAsUndefined(`ending the upload of ${Key}`, () => client.send(abort));
      aborted += 1;
    }
  }
}
