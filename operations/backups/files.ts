import { mkdir } from "node:fs/promises";
import { Readable } from "node:stream";
import { finished as ended } from "node:stream/promises";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import * as tar from "tar-stream";
import { OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import { collectPipeline, type Stage, startPipeline } from "./pipeline.ts";
import { opening } from "./seal.ts";

/** The attachments beside the database: a directory, or a bucket with its client. */
export type FileSource =
  | { kind: "directory"; path: string }
  | { kind: "bucket"; bucket: string; prefix: string; client: S3Client };

export function fileSourceOf(files: BackupSettings["files"], client: S3Client): FileSource | undefined {
  return files === undefined || files.kind === "directory" ? files : { ...files, client };
}

/** Packs the files as tar, which any system can unpack. */
export function filesPipeline(source: FileSource): { stages: readonly Stage[]; input?: () => Readable } {
  if (source.kind === "directory") {
    return { stages: [["tar", "--create", "--file=-", "--numeric-owner", `--directory=${source.path}`, "."]] };
  }
  return { stages: [["cat"]], input: () => packBucket(source) };
}

/** A field of tar's extended header: other programs pass over it. */
const CONTENT_TYPE = "THORBIS.content-type";

/** One object after the other: a tar needs each size before the bytes. */
function packBucket(source: Extract<FileSource, { kind: "bucket" }>): Readable {
  const pack = tar.pack();
  const fill = async (): Promise<void> => {
    const pages = paginateListObjectsV2({ client: source.client }, { Bucket: source.bucket, Prefix: source.prefix });
    for await (const page of pages) {
      for (const { Key } of page.Contents ?? []) {
        if (Key === undefined || Key.endsWith("/")) continue;
        const { Body, ContentLength, ContentType, LastModified } = await source.client.send(
          new GetObjectCommand({ Bucket: source.bucket, Key }),
        );
        const header = {
          name: Key,
          size: ContentLength ?? 0,
          ...(LastModified !== undefined && { mtime: LastModified }),
          ...(ContentType !== undefined && { pax: { [CONTENT_TYPE]: ContentType } }),
        };
        const entry = pack.entry(header);
        (Body as Readable).on("error", (error) => pack.destroy(error)).pipe(entry);
        await ended(entry);
      }
    }
    pack.finalize();
  };
  fill().catch((error: unknown) => pack.destroy(error instanceof Error ? error : new Error(String(error))));
  return Readable.from(pack, { objectMode: false });
}

/** Unpacks a set's files into `target`; a bucket receives each object under its old key. Returns how many. */
export async function unpackFiles(
  input: Readable,
  identity: string,
  target: FileSource,
  signal?: AbortSignal,
): Promise<number> {
  const options = { input, secret: identity, ...(signal !== undefined && { signal }) };
  if (target.kind === "directory") {
    await mkdir(target.path, { recursive: true });
    const unpack: Stage = [
      "tar",
      "--extract",
      "--verbose",
      "--file=-",
      "--no-same-owner",
      `--directory=${target.path}`,
    ];
    const { text } = await collectPipeline([...opening(), unpack], options);
    return text.split("\n").filter((line) => line !== "" && !line.endsWith("/")).length;
  }
  // Whatever fails here, the programs end with it: they would wait for a reader for ever.
  const abort = new AbortController();
  const ending = { ...options, signal: signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]) };
  const { stdout, finished } = startPipeline(opening(), ending);
  try {
    const count = await putEach(stdout, target);
    await finished;
    return count;
  } catch (error) {
    abort.abort(error);
    throw error;
  }
}

async function putEach(stdout: Readable, { bucket, client }: Extract<FileSource, { kind: "bucket" }>): Promise<number> {
  const extract = tar.extract();
  stdout.on("error", (error) => extract.destroy(error)).pipe(extract);
  let count = 0;
  for await (const entry of extract) {
    const { name, type, pax } = entry.header;
    const contentType = contentTypeOf(pax);
    if (type !== "file") throw new OperationFailure(`the files hold an entry of type ${type ?? "none"}: ${name}`);
    // In parts that are held in memory: a bare stream could not be sent again when the storage throttles.
    const params = {
      Bucket: bucket,
      Key: name,
      Body: Readable.from(entry, { objectMode: false }),
      ...(contentType !== undefined && { ContentType: contentType }),
    };
    await new Upload({ client, params, queueSize: 2 }).done();
    count += 1;
  }
  return count;
}

function contentTypeOf(pax: unknown): string | undefined {
  const fields = typeof pax === "object" && pax !== null ? new Map<string, unknown>(Object.entries(pax)) : undefined;
  const value = fields?.get(CONTENT_TYPE);
  return typeof value === "string" ? value : undefined;
}
