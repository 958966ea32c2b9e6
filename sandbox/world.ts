/**
 * What exists in the sandbox: one record a resource, in a log that is only ever appended to. A line is one operation and
 * one write, so a kill loses at most the line that was being written, and writing does not grow with what exists. The
 * log is shared: each process takes in what others appended before it answers. A process that writes alone rewrites the
 * log without what is gone, once that is much.
 */
import { closeSync, mkdirSync, openSync, readSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { PropertyMap } from "../engine/values.ts";
import { type Seal, sealFromFile } from "./seal.ts";
import { registerWriter, type Writer } from "./writers.ts";

export interface WorldRecord {
  type: string;
  id: string;
  /** Tells resources of one id apart, for example by region. @default "" */
  place?: string;
  /** Who made it: tells an interrupted creation of one resource from another's resource of the same name. */
  urn: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
  /** Names that no other resource may have. */
  names: string[];
}

/** `put` holds a sealed record. */
type Entry = { put: string } | { remove: { type: string; id: string; place?: string } };

export class WorldUnreadable extends Error {
  override readonly name = "WorldUnreadable";
  readonly exitCode = 1;
  readonly remedy: string;
  constructor(directory: string) {
    super(`the sandbox's world in ${directory} cannot be read: its key does not fit`);
    this.remedy = "restore the file 'key' beside world.log, or remove the folder to begin with an empty world";
  }
}

/** Lines about what is gone that are tolerated before the log is rewritten. */
const tolerated = 1000;
const chunkBytes = 1 << 16;
const newline = 0x0a;

export class World {
  readonly #directory: string;
  readonly #records = new Map<string, WorldRecord>();
  readonly #owners = new Map<string, string>();
  readonly #makers = new Map<string, Set<string>>();
  readonly #chunk = Buffer.alloc(chunkBytes);
  #seal: Seal | undefined;
  #log: number | undefined;
  #writer: Writer | undefined;
  #position = 0;
  #lines = 0;
  /** The beginning of a line whose end was not written yet, or never will be. */
  #torn: Buffer = Buffer.alloc(0);

  /** Nothing is created on disk before the first change: a preview leaves no trace. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  get(type: string, id: string, place = ""): WorldRecord | undefined {
    this.#catchUp();
    return this.#records.get(keyOf({ type, id, place }));
  }

  /** The resource that has this name. */
  owner(name: string): WorldRecord | undefined {
    this.#catchUp();
    return this.#records.get(this.#owners.get(name) ?? "");
  }

  /** What the resource with this URN made and did not remove, oldest first. */
  madeBy(urn: string): WorldRecord[] {
    this.#catchUp();
    return [...(this.#makers.get(urn) ?? [])].flatMap((key) => this.#records.get(key) ?? []);
  }

  list(): WorldRecord[] {
    this.#catchUp();
    return [...this.#records.values()];
  }

  put(record: WorldRecord): void {
    const seal = this.#becomeWriter();
    this.#append({ put: seal.close(JSON.stringify(record)) });
    this.#take(record);
  }

  remove({ type, id, place = "" }: Pick<WorldRecord, "type" | "id" | "place">): void {
    this.#becomeWriter();
    const key = keyOf({ type, id, place });
    if (!this.#records.has(key)) return;
    this.#append({ remove: { type, id, place } });
    this.#drop(key);
  }

  close(): void {
    if (this.#log !== undefined) closeSync(this.#log);
    this.#log = undefined;
    this.#writer?.leave();
    this.#writer = undefined;
  }

  get #path(): string {
    return join(this.#directory, "world.log");
  }

  /** The first change registers this process, and starts over with the log as it is then. */
  #becomeWriter(): Seal {
    if (this.#writer === undefined) {
      this.close();
      this.#forget();
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      this.#writer = registerWriter(this.#directory);
      this.#log = openSync(this.#path, "a+", 0o600);
      this.#catchUp();
      if (this.#lines - this.#records.size > tolerated) this.#rewrite();
    } else {
      this.#catchUp();
    }
    return this.#openSeal();
  }

  #openSeal(): Seal {
    this.#seal ??= sealFromFile(join(this.#directory, "key"));
    return this.#seal;
  }

  #append(entry: Entry): void {
    if (this.#log === undefined) throw new Error("the world is closed");
    // What a kill left of a line must not become the beginning of this one.
    const line = Buffer.from(`${this.#torn.length > 0 ? "\n" : ""}${JSON.stringify(entry)}\n`);
    writeSync(this.#log, line);
    this.#torn = Buffer.alloc(0);
    this.#position += line.length;
    this.#lines++;
  }

  /** Takes in what was appended since the last look, by this process's predecessors or by others. */
  #catchUp(): void {
    if (this.#log === undefined) this.#openForReading();
    if (this.#log === undefined) return;
    for (;;) {
      const length = readSync(this.#log, this.#chunk, 0, chunkBytes, this.#position);
      if (length === 0) return;
      this.#position += length;
      this.#takeLines(Buffer.concat([this.#torn, this.#chunk.subarray(0, length)]));
    }
  }

  #openForReading(): void {
    try {
      this.#log = openSync(this.#path, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }

  #takeLines(bytes: Buffer): void {
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      this.#takeLine(bytes.toString("utf8", start, end));
      start = end + 1;
    }
    this.#torn = Buffer.from(bytes.subarray(start));
  }

  #takeLine(line: string): void {
    this.#lines++;
    const entry = parseEntry(line);
    if (entry === undefined) return;
    if ("remove" in entry) this.#drop(keyOf(entry.remove));
    else this.#take(this.#unseal(entry.put));
  }

  #unseal(sealed: string): WorldRecord {
    try {
      return JSON.parse(this.#openSeal().open(sealed)) as WorldRecord;
    } catch {
      throw new WorldUnreadable(this.#directory);
    }
  }

  #take(record: WorldRecord): void {
    const key = keyOf(record);
    this.#drop(key);
    this.#records.set(key, record);
    for (const name of record.names) this.#owners.set(name, key);
    const made = this.#makers.get(record.urn) ?? new Set();
    this.#makers.set(record.urn, made.add(key));
  }

  #drop(key: string): void {
    const record = this.#records.get(key);
    if (record === undefined) return;
    this.#records.delete(key);
    for (const name of record.names) if (this.#owners.get(name) === key) this.#owners.delete(name);
    const made = this.#makers.get(record.urn);
    made?.delete(key);
    if (made?.size === 0) this.#makers.delete(record.urn);
  }

  #forget(): void {
    this.#records.clear();
    this.#owners.clear();
    this.#makers.clear();
    this.#position = 0;
    this.#lines = 0;
    this.#torn = Buffer.alloc(0);
  }

  #rewrite(): void {
    const seal = this.#openSeal();
    this.#writer?.whileAlone(() => {
      const draft = `${this.#path}.draft`;
      const lines = [...this.#records.values()].map(
        (record) => `${JSON.stringify({ put: seal.close(JSON.stringify(record)) })}\n`,
      );
      writeFileSync(draft, lines.join(""), { mode: 0o600 });
      renameSync(draft, this.#path);
      if (this.#log !== undefined) closeSync(this.#log);
      this.#log = openSync(this.#path, "a+", 0o600);
      this.#forget();
      this.#catchUp();
    });
  }
}

function keyOf({ type, id, place = "" }: Pick<WorldRecord, "type" | "id" | "place">): string {
  return `${type} ${place} ${id}`;
}

/** A line that a kill tore is no entry; what it would have recorded was never answered. */
function parseEntry(line: string): Entry | undefined {
  if (line === "") return undefined;
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}
