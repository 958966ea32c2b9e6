import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { Keyring } from "../secrets/keyring.ts";
import type { Sealer } from "../secrets/passphrase.ts";
import { secret } from "../values.ts";
import type { FileJournal } from "./journal.ts";
import { checkpointFile, journalFile, type StackReference } from "./layout.ts";
import type { OperationHandle, ResourceState, Snapshot } from "./resource.ts";
import { StackState } from "./stack-state.ts";

// The disk may be slow; nothing here is about time.
jest.setTimeout(60_000);

let root: string;
let reference: StackReference;
let keyring: Keyring;
/** An empty stack whose key is derived already. */
let template: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "journal-"));
  keyring = new Keyring({ directory: path.join(root, "secrets"), environment: {} });
  template = path.join(root, "template");
  const { journal } = await new StackState({ root: template, project: "p", stack: "s" }, keyring).beginRun();
  await journal.close({ resources: [], pendingOperations: [] });
});
afterAll(() => rm(root, { recursive: true }));
beforeEach(async () => {
  reference = await emptyStack();
});

async function emptyStack(): Promise<StackReference> {
  const folder = await mkdtemp(path.join(root, "state-"));
  await cp(template, folder, { recursive: true });
  return { root: folder, project: "p", stack: "s" };
}

const open = (): StackState => new StackState(reference, keyring);

/** Runs that a test leaves in the middle, as a kill would: their files are closed behind it. */
const left: FileJournal[] = [];
afterEach(async () => {
  for (const journal of left.splice(0)) await journal.abandon();
});

async function begin(): ReturnType<StackState["beginRun"]> {
  const run = await open().beginRun();
  left.push(run.journal);
  return run;
}

function resource(name: string, value: string, more: Partial<ResourceState> = {}): ResourceState {
  const inputs = { value, hidden: secret(`sentinel-${value}`) };
  return { urn: `urn:pulumi:s::p::t:i:T::${name}`, custom: true, type: "t:i:T", id: `id-${name}`, inputs, ...more };
}

const nameOf = (state: ResourceState): string => state.urn.split("::").at(-1) ?? "";
const shown = (state: ResourceState): string => `${nameOf(state)}=${state.inputs?.value}`;

interface Expected {
  resources: string[];
  pending: string[];
}

function summary(snapshot: Snapshot): Expected {
  return {
    resources: snapshot.resources.map(shown).sort(),
    pending: snapshot.pendingOperations.map((each) => `${each.type} ${shown(each.resource)}`).sort(),
  };
}

test("what a resolved call recorded is there after a kill at any byte that follows", async () => {
  const steps = fc.array(
    fc.record({
      name: fc.constantFrom("a", "b", "c"),
      action: fc.constantFrom("put" as const, "delete" as const, "fail" as const, "leave" as const),
    }),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      reference = await emptyStack();
      const { journal } = await begin();
      const world = new Map<string, ResourceState>();
      const under = new Map<string, string>();
      const expected: [number, Expected][] = [];
      const note = async (): Promise<void> => {
        const { size } = await stat(journalFile(reference));
        const pending = [...under.values()].sort();
        expected.push([size, { resources: [...world.values()].map(shown).sort(), pending }]);
      };
      for (const [index, { name, action }] of sequence.entries()) {
        const before = world.get(name);
        const after = resource(name, `${index}`);
        const type = action === "delete" ? "deleting" : before ? "updating" : "creating";
        const begun = action === "delete" && before ? before : after;
        const handle = await journal.begin({ type, resource: begun });
        under.set(`${type} ${name}`, `${type} ${shown(begun)}`);
        await note();
        if (action === "leave") continue;
        if (action === "fail") await handle.fail();
        else {
          const remove = before ? [before] : [];
          await handle.end({ remove, put: action === "put" ? [after] : [] });
          if (action === "put") world.set(name, after);
          else world.delete(name);
        }
        under.delete(`${type} ${name}`);
        await note();
      }
      const text = await readFile(journalFile(reference));
      // Every byte near a line's end, where a cut decides; every seventh elsewhere.
      const ends = new Set(expected.map(([size]) => size));
      for (let cut = expected[0]?.[0] ?? 0; cut <= text.length; cut += 1) {
        if (cut % 7 !== 0 && !ends.has(cut) && !ends.has(cut + 1) && !ends.has(cut - 1)) continue;
        await writeFile(journalFile(reference), text.subarray(0, cut));
        const due = expected.filter(([size]) => size <= cut).at(-1)?.[1];
        expect(summary(await open().snapshot())).toEqual(due);
      }
      await journal.close({ resources: [], pendingOperations: [] });
    }),
    { numRuns: 5 },
  );
});

test("an interrupted run is folded in by the next one, a kill during which loses nothing either", async () => {
  const first = await begin();
  const handle = await first.journal.begin({ type: "creating", resource: resource("a", "1") });
  await handle.end({ remove: [], put: [resource("a", "1")] });
  await first.journal.begin({ type: "creating", resource: resource("b", "1", { id: "" }) });
  const expected = { resources: ["a=1"], pending: ["creating b=1"] };

  const second = await begin();
  expect(second.recovered).toBe(true);
  expect(summary(second.snapshot)).toEqual(expected);
  // Killed here: the checkpoint is written, the old journal still there.
  expect(summary(await open().snapshot())).toEqual(expected);
  const third = await begin();
  expect(summary(third.snapshot)).toEqual(expected);
  await third.journal.close({ ...third.snapshot, pendingOperations: [] });
  expect(summary(await open().snapshot())).toEqual({ resources: ["a=1"], pending: [] });
  await expect(stat(journalFile(reference))).rejects.toThrow();
});

test.each([
  [
    "what it did",
    async (journal: FileJournal, made: ResourceState) => {
      await (await journal.begin({ type: "creating", resource: made })).end({ remove: [], put: [made] });
    },
  ],
  ["nothing by steps", async () => {}],
])("a kill between the last checkpoint and the end of a journal that holds %s loses nothing", async (_, work) => {
  const first = await begin();
  await first.journal.begin({ type: "creating", resource: resource("b", "1", { id: "" }) });
  const { journal } = await begin();
  const made = resource("a", "1");
  await work(journal, made);
  // The compiled imports read this very object.
  const files: typeof import("node:fs/promises") = jest.requireActual("node:fs/promises");
  const killed = jest.spyOn(files, "rm").mockRejectedValueOnce(new Error("killed"));
  await expect(journal.close({ resources: [made], pendingOperations: [] })).rejects.toThrow("killed");
  killed.mockRestore();
  await stat(journalFile(reference));
  expect(summary(await open().snapshot())).toEqual({ resources: ["a=1"], pending: [] });
  const next = await begin();
  expect(summary(next.snapshot)).toEqual({ resources: ["a=1"], pending: [] });
  await next.journal.close(next.snapshot);
  await expect(stat(journalFile(reference))).rejects.toThrow();
});

test("what a killed run had not finished writing is removed by the next one", async () => {
  const leftover = `${checkpointFile(reference)}.99999.tmp`;
  await writeFile(leftover, "torn");
  await begin();
  await expect(stat(leftover)).rejects.toThrow();
});

test("refuses a journal whose state was changed by another program meanwhile", async () => {
  const { journal } = await begin();
  await journal.begin({ type: "creating", resource: resource("a", "1") });
  const text = await readFile(checkpointFile(reference), "utf8");
  await writeFile(checkpointFile(reference), text.replace('"metadata":{}', '"metadata":{ }'));
  await expect(open().snapshot()).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining("another program"),
  });
});

test("a run without changes writes neither journal nor checkpoint, in whatever order it met the resources", async () => {
  const states = [
    resource("a", "1"),
    resource("b", "1", { dependencies: [resource("a", "1").urn] }),
    resource("c", "1"),
  ];
  const first = await begin();
  await first.journal.record({ remove: [], put: states });
  await first.journal.close({ resources: states, pendingOperations: [] });
  const before = await stat(checkpointFile(reference));

  const second = await begin();
  const loaded = second.snapshot.resources;
  for (const state of loaded) await second.journal.record({ remove: [state], put: [{ ...state }] });
  await second.journal.close({ resources: [...loaded].reverse(), pendingOperations: [] });
  const after = await stat(checkpointFile(reference));
  expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
});

test("a resource that comes to depend on a new one stands behind it, also when the run is killed", async () => {
  const old = resource("old", "1");
  const first = await begin();
  await first.journal.close({ resources: [old], pendingOperations: [] });
  const { journal, snapshot } = await begin();
  const fresh = resource("fresh", "1");
  await (await journal.begin({ type: "creating", resource: fresh })).end({ remove: [], put: [fresh] });
  const changed = resource("old", "2", { dependencies: [fresh.urn] });
  const [before] = snapshot.resources;
  if (!before) throw new Error("the state is empty");
  await (await journal.begin({ type: "updating", resource: changed })).end({ remove: [before], put: [changed] });
  expect((await open().snapshot()).resources.map(shown)).toEqual(["fresh=1", "old=2"]);
  expect((await begin()).recovered).toBe(true);
});

test("a new resource stands behind an unchanged one that it depends on, which leaves no line", async () => {
  const [other, old] = [resource("other", "1"), resource("old", "1")];
  const first = await begin();
  await first.journal.close({ resources: [other, old], pendingOperations: [] });
  const { journal } = await begin();
  const fresh = resource("fresh", "1", { dependencies: [old.urn] });
  await (await journal.begin({ type: "creating", resource: fresh })).end({ remove: [], put: [fresh] });
  const recovered = await begin();
  expect(recovered.snapshot.resources.map(nameOf)).toEqual(["old", "fresh", "other"]);
  expect((await open().snapshot()).resources.map(nameOf)).toEqual(["old", "fresh", "other"]);
});

test("both halves of a replacement are kept apart", async () => {
  const old = resource("a", "1", { id: "id-1" });
  const { journal } = await begin();
  await journal.record({ remove: [], put: [old] });
  const fresh = resource("a", "2", { id: "id-2" });
  const doomed = { ...old, delete: true };
  await (await journal.begin({ type: "creating", resource: fresh })).end({ remove: [old], put: [fresh, doomed] });
  const both = (await open().snapshot()).resources.map((state) => [state.id, state.delete ?? false]);
  expect(both).toEqual([
    ["id-2", false],
    ["id-1", true],
  ]);
  await (await journal.begin({ type: "deleting", resource: doomed })).end({ remove: [doomed], put: [] });
  expect((await open().snapshot()).resources.map((state) => state.id)).toEqual(["id-2"]);
});

test("steps side by side share the disk's flushes, and what is written grows with the number of resources", async () => {
  const written = async (count: number): Promise<number> => {
    reference = await emptyStack();
    const { journal } = await begin();
    const states = Array.from({ length: count }, (_, index) => resource(`r${index}`, "x".repeat(500)));
    let checkpoints = 0;
    let size = 0;
    for (let index = 0; index < count; index += 20) {
      const group = states.slice(index, index + 20);
      const handles: OperationHandle[] = await Promise.all(
        group.map((state) => journal.begin({ type: "creating", resource: state })),
      );
      await Promise.all(handles.map((handle, at) => handle.end({ remove: [], put: group.slice(at, at + 1) })));
      const now = (await stat(checkpointFile(reference))).size;
      if (now !== size) checkpoints += now;
      size = now;
    }
    const total = checkpoints + (await stat(journalFile(reference))).size;
    await journal.close({ resources: states, pendingOperations: [] });
    return total;
  };
  const [small, large] = [await written(400), await written(1600)];
  expect(large / small).toBeLessThan(8);
});

test("a secret never stands in the journal or the checkpoint in plain, and keeps its ciphertext while it is the same", async () => {
  const { journal } = await begin();
  const state = resource("a", "1");
  await (await journal.begin({ type: "creating", resource: state })).end({ remove: [], put: [state] });
  expect(await readFile(journalFile(reference), "utf8")).not.toContain("sentinel");
  await journal.close({ resources: [state], pendingOperations: [] });
  const text = await readFile(checkpointFile(reference), "utf8");
  expect(text).not.toContain("sentinel");
  const cipher = /"ciphertext":"([^"]+)"/.exec(text)?.[1] ?? "";
  const sealer: Sealer = await keyring.open(JSON.parse(text).checkpoint.latest.secrets_providers.state.salt);
  expect(JSON.parse(sealer.open(cipher))).toBe("sentinel-1");

  const second = await begin();
  const [loaded] = second.snapshot.resources;
  expect(loaded?.inputs).toEqual(state.inputs);
  const changed = resource("b", "2");
  await second.journal.close({ resources: loaded ? [loaded, changed] : [], pendingOperations: [] });
  expect(await readFile(checkpointFile(reference), "utf8")).toContain(cipher);
});
