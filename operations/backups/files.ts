import { mkdir } from "node:fs/promises";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import * as tar from "tar-stream";
import { OperationFailure } from "../failure.ts";
import type { BackupSettings } from "../settings.ts";
import { collectPipeline, type Stage, startPipeline } from "./pipeline.ts";
import { unsealing } from "./seal.ts";

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

/** One object after the other: a tar needs each size before the bytes. */
function packBucket(source: Extract<FileSource, { kind: "bucket" }>): Readable {
  const pack = tar.pack();
  const fill = async (): Promise<void> => {
    const pages = paginateListObjectsV2({ client: source.client }, { Bucket: source.bucket, Prefix: source.prefix });
    for await (const page of pages) {
      for (const { Key } of page.Contents ?? []) {
        if (Key === undefined || Key.endsWith("/")) continue;
        const { Body, ContentLength, LastModified } = await source.client.send(
          new GetObjectCommand({ Bucket: source.bucket, Key }),
        );
        const header = {
          name: Key,
          size: ContentLength ?? 0,
          ...(LastModified !== undefined && { mtime: LastModified }),
        };
        const entry = pack.entry(header);
        (Body as Readable).on("error", (error) => pack.destroy(error)).pipe(entry);
        await finished(entry);
      }
    }
    pack.finalize();
  };
  fill().catch((error: unknown) => pack.destroy(error instanceof Error ? error : new Error(String(error))));
  return pack as unknown as Readable;
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
    const { text } = await collectPipeline([...unsealing(), unpack], options);
    return text.split("\n").filter((line) => line !== "" && !line.endsWith("/")).length;
  }
  const { stdout, finished: done } = startPipeline(unsealing(), options);
  const extract = tar.extract();
  stdout.on("error", (error) => extract.destroy(error)).pipe(extract);
  let count = 0;
  for await (const entry of extract) {
    const { name, size, type } = entry.header;
    if (type !== "file") throw new OperationFailure(`the files hold an entry of type ${type ?? "none"}: ${name}`);
    await target.client.send(
      new PutObjectCommand({
        Bucket: target.bucket,
        Key: name,
        Body: entry as unknown as Readable,
        ContentLength: size ?? 0,
      }),
    );
    count += 1;
  }
  await done;
  return count;
}
