/** The engine's side of a pack that is asked directly: see `main.ts` for the pack's side. */
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { AnalyzedResource } from "../../analyzer.ts";
import type { PolicyConfiguration } from "../configuration.ts";
import type { Findings, NotApplicable, PackConnection, PackInfo, ResourceAnswer, Tasks } from "../connection.ts";
import type { PolicyPackOptions } from "../options.ts";
import { explained, type PackProcess, startPackProcess } from "../process.ts";
import { Outbox } from "./outbox.ts";
import type { Answer, Question, WiredFindings } from "./protocol.ts";
import { ToldResources } from "./told-resources.ts";

/** How many resources of a stack cross at once. */
const partSize = 64;

interface Waiting {
  resolve(answer: ResourceAnswer): void;
  reject(error: Error): void;
}

/**
 * A pack lives for a second or two and takes a small part of one processor: the compilers that pay off later, and threads
 * for them, would cost the program more than they bring the pack.
 */
const shortLived = ["--no-opt", "--v8-pool-size=1"];

/** Undefined when the pack does not start this way: the reference start says why, or can do it. */
export async function connectDirectly(options: PolicyPackOptions): Promise<PackConnection | undefined> {
  const words = [...shortLived, join(import.meta.dirname, "main.ts"), options.directory];
  const pack = startPackProcess(options, words, "advanced");
  if (pack.child.stdout) {
    createInterface({ input: pack.child.stdout }).on("line", options.output ?? (() => {}));
  }
  const connection = new DirectConnection(pack);
  if (await connection.serves) return connection;
  await pack.stop();
  return undefined;
}

class DirectConnection implements PackConnection {
  readonly #pack: PackProcess;
  readonly #outbox: Outbox<Question>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #skipped: NotApplicable[][] = [];
  readonly #told: ToldResources;
  #asked = 0;
  #info: PackInfo | undefined;
  #serving: () => void = () => {};
  /** Whether the pack came to serve. */
  readonly serves: Promise<boolean>;

  constructor(pack: PackProcess) {
    this.#pack = pack;
    this.#outbox = new Outbox((batch) => pack.child.send(batch, (error) => error && this.#fail(error.message)));
    this.#told = new ToldResources((provider) => this.#outbox.push({ ask: "provider", provider }));
    this.serves = Promise.race([
      new Promise<boolean>((resolve) => {
        this.#serving = () => resolve(true);
      }),
      pack.gone.then(() => false),
    ]);
    pack.child.on("message", (batch) => this.#hear(batch as Answer[]));
    void pack.gone.then(() => this.#fail("the pack is gone"));
  }

  async info(): Promise<PackInfo> {
    if (this.#info === undefined) throw await explained("the policy pack has not told of its rules", this.#pack);
    return this.#info;
  }

  async configure(settings: PolicyConfiguration): Promise<void> {
    this.#outbox.push({ ask: "configure", settings });
    this.#outbox.flush();
  }

  resource(resource: AnalyzedResource, tasks: Tasks): Promise<ResourceAnswer> {
    return this.#ask((id) => this.#outbox.push({ ask: "resource", id, resource: this.#told.ask(resource, id), tasks }));
  }

  early(resources: AnalyzedResource[]): void {
    this.#outbox.push({ ask: "part", resources: this.#told.tell(resources) });
    this.#outbox.flush();
  }

  async stack(resources: AnalyzedResource[]): Promise<Findings> {
    const untold = resources.filter((resource) => !this.#told.isTold(resource));
    for (let start = 0; start < untold.length; start += partSize) this.early(untold.slice(start, start + partSize));
    const order = this.#told.takeNumbers(resources);
    const { judgement } = await this.#ask((id) => {
      this.#outbox.push({ ask: "stack", id, order });
      this.#outbox.flush();
    });
    return judgement ?? { findings: [], notApplicable: [] };
  }

  close(): Promise<void> {
    return this.#pack.stop();
  }

  async #ask(send: (id: number) => void): Promise<ResourceAnswer> {
    if (!this.#pack.child.connected) throw await explained("the policy pack is closed", this.#pack);
    const answer = new Promise<ResourceAnswer>((resolve, reject) => {
      this.#asked += 1;
      this.#waiting.set(this.#asked, { resolve, reject });
      send(this.#asked);
    });
    try {
      return await answer;
    } catch (error) {
      throw await explained(error instanceof Error ? error.message : String(error), this.#pack);
    }
  }

  #hear(batch: Answer[]): void {
    for (const answer of batch) {
      if (answer.told === "serving") {
        this.#info = answer.info;
        this.#serving();
      } else if (answer.told === "skipped") this.#skipped[answer.list] = answer.rules;
      else this.#settle(answer);
    }
  }

  #settle(answer: Exclude<Answer, { told: "serving" | "skipped" }>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.told === "failure") {
      waiting?.reject(new Error(answer.message));
      return;
    }
    const { remediations, judgement } = answer;
    waiting?.resolve({ remediations, ...(judgement && { judgement: this.#findings(judgement) }) });
  }

  #findings({ findings, notApplicable }: WiredFindings): Findings {
    return { findings, notApplicable: this.#skipped[notApplicable] ?? [] };
  }

  #fail(message: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(message));
    this.#waiting.clear();
  }
}
