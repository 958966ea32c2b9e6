import { createHash } from "node:crypto";
import { type CompletedPart, PutObjectCommand, type S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { inMultipart, type Upload } from "./multipart.ts";
import type { ObjectAddress } from "./s3-call.ts";
import { allOrNone } from "./workers.ts";

/** What was sent. */
export interface Uploaded {
  bytes: number;
  sha256: string;
}

export interface UploadOptions {
  partBytes: number;
  signal?: AbortSignal;
}

/** Two parts are under way while a third is filled: that is all of the object that is ever in memory. */
const BUFFERS = 3;

/** Sends bytes of unknown length, in one call when they fit one part. Nothing is stored unless all of them were read. */
export async function upload(
  client: S3Client,
  target: ObjectAddress,
  body: AsyncIterable<Buffer>,
  options: UploadOptions,
): Promise<Uploaded> {
  const parts = new Parts(body, options.partBytes);
  const first = await parts.next(parts.newBuffer());
  const Body = first?.bytes ?? Buffer.alloc(0);
  if (Body.length < options.partBytes) await client.send(new PutObjectCommand({ ...target, Body }), abortable(options));
  else await inMultipart(client, target, (under) => sendParts(client, under, parts, first, options));
  return parts.sent();
}

async function sendParts(
  client: S3Client,
  under: Upload,
  parts: Parts,
  first: Part | undefined,
  { signal }: UploadOptions,
): Promise<CompletedPart[]> {
  const failed = new AbortController();
  const ending = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const completed: CompletedPart[] = [];
  const sender = async (before: Part | undefined): Promise<void> => {
    const buffer = before?.buffer ?? parts.newBuffer();
    for (let part = before ?? (await parts.next(buffer)); part !== undefined; part = await parts.next(buffer)) {
      ending.throwIfAborted();
      const PartNumber = part.number;
      const command = new UploadPartCommand({ ...under, PartNumber, ChecksumAlgorithm: "CRC32", Body: part.bytes });
      const { ETag, ChecksumCRC32 } = await client.send(command, { abortSignal: ending });
      completed.push({ ETag, ChecksumCRC32, PartNumber });
    }
  };
  // All of them have ended before the upload does: a part that arrived after its upload's end would stay.
  await allOrNone([first, ...Array.from<undefined>({ length: BUFFERS - 1 })], failed, sender);
  return completed;
}

function abortable({ signal }: UploadOptions): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

interface Part {
  /** From 1. */
  number: number;
  /** As much of `buffer` as was filled. */
  bytes: Buffer;
  buffer: Buffer;
}

/**
 * Cuts a stream into parts. Whoever asks gives the buffer, which is filled once more when its part has been sent: new
 * ones for each would keep the garbage collector busier than the upload.
 */
class Parts {
  readonly #size: number;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #hash = createHash("sha256");
  #rest: Buffer = Buffer.alloc(0);
  #count = 0;
  #bytes = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(body: AsyncIterable<Buffer>, size: number) {
    this.#size = size;
    this.#chunks = body[Symbol.asyncIterator]();
  }

  newBuffer(): Buffer {
    return Buffer.allocUnsafeSlow(this.#size);
  }

  /** The next part; undefined behind the last. Who asks meanwhile waits: a part is of bytes that follow each other. */
  async next(buffer: Buffer): Promise<Part | undefined> {
    const turn = this.#turn.then(() => this.#fill(buffer));
    this.#turn = turn;
    const bytes = await turn;
    return bytes.length === 0 ? undefined : { number: this.#count, bytes, buffer };
  }

  sent(): Uploaded {
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  async #fill(buffer: Buffer): Promise<Buffer> {
    let filled = 0;
    while (filled < buffer.length) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#chunks.next();
        if (done) break;
        this.#rest = value;
      }
      const copied = this.#rest.copy(buffer, filled);
      this.#rest = this.#rest.subarray(copied);
      filled += copied;
    }
    const bytes = buffer.subarray(0, filled);
    this.#hash.update(bytes);
    this.#bytes += filled;
    if (filled > 0) this.#count += 1;
    return bytes;
  }
}
