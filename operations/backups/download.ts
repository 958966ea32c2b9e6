import { createHash } from "node:crypto";
import { finished, Readable } from "node:stream";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { messageOf, OperationFailure } from "../failure.ts";
import { explain, type ObjectAddress } from "./s3-call.ts";

const MIB = 1024 ** 2;

/** Answers without a single byte after which the download is given up; an answer with bytes is progress. */
const FRUITLESS_RESUMES = 5;

/** Starts a download; its bytes go on where they stopped when the connection is cut. */
export async function startDownload(client: S3Client, at: ObjectAddress): Promise<Readable> {
  const first = await explain(`download of ${at.Key}`, () => client.send(new GetObjectCommand(at)));
  const { ContentLength: total, ETag } = first;
  return new Download(at.Key, first.Body as Readable, total, async (offset) => {
    // The ETag makes sure that it is still the same object.
    const range = { Range: `bytes=${offset}-`, ...(ETag !== undefined && { IfMatch: ETag }) };
    const rest = await explain(`download of ${at.Key}`, () => client.send(new GetObjectCommand({ ...at, ...range })));
    return rest.Body as Readable;
  });
}

/** Passes the chunks of one answer after the other on as they are. */
class Download extends Readable {
  readonly #name: string;
  readonly #total: number | undefined;
  readonly #resumeAt: (offset: number) => Promise<Readable>;
  #answer: Readable;
  #offset = 0;
  #offsetOfAnswer = 0;
  #fruitless = 0;

  constructor(
    name: string,
    first: Readable,
    total: number | undefined,
    resumeAt: (offset: number) => Promise<Readable>,
  ) {
    super({ highWaterMark: MIB });
    this.#name = name;
    this.#total = total;
    this.#resumeAt = resumeAt;
    this.#answer = first;
    this.#follow(first);
  }

  override _read(): void {
    this.#answer.resume();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#answer.destroy();
    done(error);
  }

  #follow(answer: Readable): void {
    this.#answer = answer;
    this.#offsetOfAnswer = this.#offset;
    answer.on("data", (chunk: Buffer) => {
      this.#offset += chunk.length;
      if (!this.push(chunk)) answer.pause();
    });
    answer.pause();
    finished(answer, { writable: false }, (error) => {
      if (this.destroyed) return;
      if (error == null && (this.#total === undefined || this.#offset === this.#total)) this.push(null);
      else this.#resume(error ?? new Error(`the connection ended after ${this.#offset} of ${this.#total} bytes`));
    });
  }

  #resume(cause: Error): void {
    this.#fruitless = this.#offset > this.#offsetOfAnswer ? 0 : this.#fruitless + 1;
    if (this.#fruitless >= FRUITLESS_RESUMES) {
      const message = `download of ${this.#name} failed: ${messageOf(cause)}`;
      this.destroy(new OperationFailure(message, { cause }));
      return;
    }
    this.#resumeAt(this.#offset).then(
      (answer) => {
        this.#follow(answer);
        if (this.destroyed) answer.destroy();
        else answer.resume();
      },
      (error: Error) => this.destroy(error),
    );
  }
}

/** Counts and hashes what a stream delivers, beside whoever reads it. */
export class Meter {
  bytes = 0;
  readonly #hash = createHash("sha256");

  /** The stream stays still until somebody reads it. */
  constructor(stream: Readable, onBytes?: (bytes: number) => void) {
    stream.on("data", (chunk: Buffer) => {
      this.bytes += chunk.length;
      this.#hash.update(chunk);
      onBytes?.(chunk.length);
    });
    stream.pause();
  }

  digest(): string {
    return this.#hash.digest("hex");
  }
}
