/**
 * Reviews of several environments in few processes: what a process has loaded serves the next environment too, and a
 * crash of one is told in the place of its environment.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import type { EnvironmentReview } from "../../operations/report/review.ts";

/** What a worker is asked, and what it answers. */
export interface Order {
  stack: string;
  /** The base's tree. */
  baseFolder: string;
}
export type Answer = { review: EnvironmentReview } | { error: string };

const failed = (name: string, error: string): EnvironmentReview => ({
  name,
  error: error.trim().slice(0, 4_000) || "the preview ended without a message",
  counts: {},
  changes: [],
  renames: [],
  policy: { findings: [], unknown: [], waivers: [] },
  headers: [],
  cost: { currency: "USD", before: null, after: null, budget: null, components: [], unpriced: [], byUse: [] },
  variables: { added: [], removed: [], missing: [] },
  graph: { nodes: [], edges: [] },
});

class Worker {
  readonly #child: ChildProcess;
  #said = "";

  constructor(root: string) {
    const main = path.join(import.meta.dirname, "..", "main.ts");
    const words = ["report", "worker", "--cwd", root];
    this.#child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--expose-gc", main, ...words], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#said = `${this.#said}${chunk.toString("utf8")}`.slice(-4_000);
    });
  }

  ask(order: Order): Promise<Answer> {
    return new Promise((resolve) => {
      const end = (answer: Answer) => {
        this.#child.removeAllListeners();
        resolve(answer);
      };
      this.#child.once("message", (answer) => end(answer as Answer));
      this.#child.once("error", ({ message }) => end({ error: message }));
      this.#child.once("close", () => end({ error: this.#said }));
      this.#child.send(order, (error) => error && end({ error: this.#said || error.message }));
    });
  }

  close(): void {
    this.#child.kill();
  }
}

/**
 * @param at.base the base's tree: the workers load what they need while it is made
 * @returns one review for each stack, in their order; the error of one that could not be made stands in it
 */
export async function reviewsOf(
  stacks: readonly string[],
  at: { root: string; base: Promise<{ folder: string }> },
  begins: (stack: string) => void,
): Promise<EnvironmentReview[]> {
  const waiting = [...stacks];
  const found = new Map<string, EnvironmentReview>();
  const work = async () => {
    let worker: Worker | undefined = new Worker(at.root);
    const base = await at.base.catch((error: unknown) => {
      worker?.close();
      throw error;
    });
    for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
      begins(stack);
      worker ??= new Worker(at.root);
      const answer = await worker.ask({ stack, baseFolder: base.folder });
      if ("review" in answer) found.set(stack, answer.review);
      else {
        // A program that failed may have left anything behind in its process.
        worker.close();
        worker = undefined;
        found.set(stack, failed(stack, answer.error));
      }
    }
    worker?.close();
  };
  await Promise.all(Array.from({ length: Math.min(stacks.length, availableParallelism()) }, work));
  return stacks.flatMap((stack) => found.get(stack) ?? []);
}
