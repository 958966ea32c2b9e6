/**
 * The provider of package `test`: one type, `test:index:Thing`, whose inputs decide how it behaves. What exists and what
 * was called stands in a folder, so that a plugin process and the recorder can share it.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DiffResult, Provider } from "../../../engine/provider.ts";
import { type PropertyMap, UNKNOWN } from "../../../engine/values.ts";

export interface World {
  next: number;
  things: Record<string, { name: string; props: PropertyMap }>;
}

export class ThingStore {
  readonly worldFile: string;
  readonly callFile: string;

  constructor(directory: string) {
    this.worldFile = join(directory, "world.json");
    this.callFile = join(directory, "calls.jsonl");
  }

  read(): World {
    return existsSync(this.worldFile) ? JSON.parse(readFileSync(this.worldFile, "utf8")) : { next: 1, things: {} };
  }

  change<Result>(edit: (world: World) => Result): Result {
    const world = this.read();
    const result = edit(world);
    writeFileSync(this.worldFile, JSON.stringify(world));
    return result;
  }

  note(call: Record<string, unknown>): void {
    appendFileSync(this.callFile, `${JSON.stringify(call)}\n`);
  }

  calls(): Record<string, unknown>[] {
    if (!existsSync(this.callFile)) return [];
    const lines = readFileSync(this.callFile, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
  }
}

/** Names of the properties that differ, sorted. */
function changed(before: PropertyMap, after: PropertyMap): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key])).sort();
}

const answer = (diffs: string[], replaces: string[]): DiffResult => ({
  changes: diffs.length > 0 ? "some" : "none",
  diffs,
  replaces,
  deleteBeforeReplace: diffs.includes("dbrKey"),
});

/** A plugin's answer takes its time: what the engine has set going before goes on meanwhile. */
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

export function thingProvider(store: ThingStore): Provider {
  return {
    checkConfig: async ({ newInputs }) => ({ inputs: newInputs, failures: [] }),
    diffConfig: async ({ oldInputs, newInputs }) => {
      const diffs = changed(oldInputs, newInputs).filter((key) => key !== "version");
      return answer(
        diffs,
        diffs.filter((key) => key === "account"),
      );
    },
    configure: async () => {},
    check: async ({ name, newInputs }) => {
      await turn();
      store.note({ call: "check", name });
      if ("bad" in newInputs)
        return { inputs: newInputs, failures: [{ property: "bad", reason: "bad is not allowed" }] };
      return { inputs: newInputs.wantDefault ? { ...newInputs, defaulted: "by-provider" } : newInputs, failures: [] };
    },
    diff: async ({ name, oldInputs, newInputs, ignoreChanges }) => {
      await turn();
      const diffs = changed(oldInputs, newInputs).filter((key) => !ignoreChanges.includes(key));
      const replaces = diffs.filter((key) => key === "key" || key === "dbrKey");
      store.note({ call: "diff", name, diffs, replaces });
      return answer(diffs, replaces);
    },
    create: async ({ name, inputs, preview }) => {
      store.note({ call: "create", name, ...(preview && { preview }) });
      if (preview) return { id: "", outputs: { ...inputs, computed: UNKNOWN } };
      if (inputs.failCreate) throw new Error("create was told to fail");
      return store.change((world) => {
        const id = `thing-${world.next++}`;
        const outputs = { ...inputs, computed: `${id}-computed` };
        world.things[id] = { name, props: outputs };
        return { id, outputs };
      });
    },
    update: async ({ name, id, newInputs, preview }) => {
      store.note({ call: "update", name, ...(preview && { preview }) });
      const outputs = { ...newInputs, computed: `${id}-computed` };
      if (preview) return outputs;
      if (newInputs.failUpdate) throw new Error("update was told to fail");
      return store.change((world) => {
        world.things[id] = { name, props: outputs };
        return outputs;
      });
    },
    read: async ({ name, id }) => {
      store.note({ call: "read", name, id });
      const thing = store.read().things[id];
      if (thing === undefined) return undefined;
      const { computed: _, ...inputs } = thing.props;
      return { id, inputs, outputs: thing.props };
    },
    delete: async ({ name, id, oldOutputs }) => {
      store.note({ call: "delete", name, id });
      if (oldOutputs.failDelete) throw new Error("delete was told to fail");
      store.change((world) => {
        delete world.things[id];
      });
    },
    invoke: async ({ token, args }) => {
      store.note({ call: "invoke", token });
      if (args.fail) throw new Error("invoke was told to fail");
      return { result: { result: `looked-up-${args.what}` }, failures: [] };
    },
    cancel: async () => {},
    close: async () => {},
  };
}
