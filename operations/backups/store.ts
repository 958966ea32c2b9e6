import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectRetentionCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { messageOf, OperationFailure } from "../failure.ts";
import type { OperationSettings } from "../settings.ts";
import { copyLarge } from "./large-copy.ts";

const MIB = 1024 ** 2;

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
  upload(key: string, body: Readable, options: { partBytes: number; signal?: AbortSignal }): Promise<void>;
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
  const at = (key: string, versionId?: string) => ({
    Bucket: bucket,
    Key: key,
    ...(versionId !== undefined && { VersionId: versionId }),
  });
  return {
    bucket,
    async upload(key, body, { partBytes, signal }) {
      const upload = new Upload({
        client,
        params: { ...at(key), Body: body },
        partSize: Math.max(5 * MIB, partBytes),
        queueSize: 2,
      });
      const abort = (): void => void upload.abort().catch(() => undefined);
      signal?.addEventListener("abort", abort, { once: true });
      try {
        await explain(`upload of ${key}`, () => upload.done());
      } catch (error) {
        body.destroy();
        throw error;
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    async putText(key, text) {
      await explain(`writing ${key}`, () => client.send(new PutObjectCommand({ ...at(key), Body: text })));
    },
    async getText(key) {
      const answer = await absentAsUndefined(`reading ${key}`, () => client.send(new GetObjectCommand(at(key))));
      return await answer?.Body?.transformToString();
    },
    download: async (key, versionId) => await resumableDownload(client, at(key, versionId)),
    async copy(from, to, bytes) {
      if (bytes > limits.call) {
        const copy = { bucket, from, to, bytes, partBytes: limits.part };
        return await explain(`copy to ${to}`, () => copyLarge(client, copy));
      }
      const source = `${bucket}/${from.split("/").map(encodeURIComponent).join("/")}`;
      const copy = new CopyObjectCommand({ ...at(to), CopySource: source });
      return (await explain(`copy to ${to}`, () => client.send(copy))).VersionId;
    },
    async lock(key, versionId, { mode, until }) {
      const retention = new PutObjectRetentionCommand({
        ...at(key, versionId),
        Retention: { Mode: mode, RetainUntilDate: until },
      });
      await explain(`lock of ${key}`, () => client.send(retention));
    },
    async sizeOf(key) {
      const answer = await absentAsUndefined(`asking for ${key}`, () => client.send(new HeadObjectCommand(at(key))));
      return answer?.ContentLength;
    },
    async list(prefix) {
      const objects: StoredObject[] = [];
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
      await explain(`listing ${prefix}`, async () => {
        for await (const page of pages) {
          for (const { Key, Size, LastModified } of page.Contents ?? []) {
            if (Key !== undefined)
              objects.push({ key: Key, bytes: Size ?? 0, lastModified: LastModified ?? new Date(0) });
          }
        }
      });
      return objects;
    },
    async listFolders(prefix) {
      const folders: string[] = [];
      let token: string | undefined;
      do {
        const page = await explain(`listing ${prefix}`, () =>
          client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              Delimiter: "/",
              ...(token && { ContinuationToken: token }),
            }),
          ),
        );
        for (const { Prefix } of page.CommonPrefixes ?? []) {
          if (Prefix !== undefined) folders.push(Prefix.slice(prefix.length).replace(/\/$/, ""));
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return folders;
    },
    async remove(key, versionId) {
      await explain(`removal of ${key}`, () => client.send(new DeleteObjectCommand(at(key, versionId))));
    },
    async lockedUntil(key, versionId) {
      const answer = await absentAsUndefined(`asking for the lock of ${key}`, () =>
        client.send(new GetObjectRetentionCommand(at(key, versionId))),
      );
      return answer?.Retention?.RetainUntilDate;
    },
    async abortUploads(prefix) {
      let aborted = 0;
      await explain("ending abandoned uploads", async () => {
        // Each page's uploads are gone after it, so the first page is asked for until it is empty.
        for (;;) {
          const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }));
          const uploads = (page.Uploads ?? []).filter(({ Key }) => Key?.startsWith(prefix));
          for (const { Key, UploadId } of uploads) {
            await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
            aborted += 1;
          }
          if (uploads.length === 0) return;
        }
      });
      return aborted;
    },
    close: () => client.destroy(),
  };
}

/** Answers without a single byte after which the download is given up; an answer with bytes is progress. */
const FRUITLESS_RESUMES = 5;

/** A body that asks for the rest when its connection is cut; the ETag makes sure that it is the same object. */
async function resumableDownload(client: S3Client, at: { Bucket: string; Key: string }): Promise<Readable> {
  const first = await explain(`download of ${at.Key}`, () => client.send(new GetObjectCommand(at)));
  const { ContentLength: total, ETag } = first;
  async function* bytes(): AsyncGenerator<Buffer> {
    let offset = 0;
    let body = first.Body;
    for (let fruitless = 0, before = 0; ; before = offset) {
      try {
        for await (const chunk of body as Readable) {
          offset += (chunk as Buffer).length;
          yield chunk as Buffer;
        }
        if (total === undefined || offset === total) return;
        throw new Error(`the connection ended after ${offset} of ${total} bytes`);
      } catch (error) {
        fruitless = offset > before ? 0 : fruitless + 1;
        if (fruitless >= FRUITLESS_RESUMES)
          throw new OperationFailure(`download of ${at.Key} failed: ${messageOf(error)}`, { cause: error });
        const range = { Range: `bytes=${offset}-`, ...(ETag !== undefined && { IfMatch: ETag }) };
        body = (await explain(`download of ${at.Key}`, () => client.send(new GetObjectCommand({ ...at, ...range }))))
          .Body;
      }
    }
  }
  return Readable.from(bytes(), { objectMode: false, highWaterMark: MIB });
}

async function absentAsUndefined<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
  return await explain(what, async () => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof S3ServiceException && isAbsence(error)) return undefined;
      throw error;
    }
  });
}

const ABSENT = new Set([
  "NoSuchKey",
  "NotFound",
  "NoSuchVersion",
  "NoSuchObjectLockConfiguration",
  "ObjectLockConfigurationNotFoundError",
]);

/** A bucket without object lock answers the question for a lock with a general error. */
function isAbsence({ name, message }: S3ServiceException): boolean {
  return ABSENT.has(name) || (name === "InvalidRequest" && message.includes("Object Lock Configuration"));
}

async function explain<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof OperationFailure) throw error;
    const name = error instanceof S3ServiceException ? `${error.name}: ` : "";
    throw new OperationFailure(`${what} failed: ${name}${messageOf(error)}`, { cause: error });
  }
}
