import { emptySnapshot, MemoryJournal, play, THING, Things } from "../../testing/engine.ts";
import type { OperationType, ResourceState, Snapshot } from "../state/resource.ts";

const urn = (name: string) => `urn:pulumi:s::p::${THING}::${name}`;

/** A stack with one thing, as a run leaves it. */
async function stackWith(things: Things): Promise<Snapshot> {
  const { snapshot } = await play(things, ({ thing }) => thing("kept", { size: 1 }));
  things.calls.length = 0;
  return snapshot;
}

const stateIn = (snapshot: Snapshot, name: string): ResourceState => {
  const found = snapshot.resources.find((state) => state.urn === urn(name));
  if (found === undefined) throw new Error(`${name} is not in the state`);
  return found;
};

function interrupted(snapshot: Snapshot, type: OperationType, resource: ResourceState): Snapshot {
  return { ...snapshot, pendingOperations: [{ type, resource }] };
}

describe("an interrupted creation", () => {
  it("is adopted when the resource is there, and not made twice", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    things.world.set("thing-9", { size: 2, name: "new" });
    const { id: _, outputs: __, ...pending } = { ...stateIn(snapshot, "kept"), urn: urn("new"), inputs: { size: 2 } };
    const journal = new MemoryJournal();
    const run = await play(
      things,
      async ({ thing }) => {
        await thing("kept", { size: 1 });
        await thing("new", { size: 2 });
      },
      { snapshot: interrupted(snapshot, "creating", pending), journal },
    );
    expect(things.calls).toEqual([]);
    expect(run.changes).toEqual({ same: 2 });
    expect(stateIn(run.snapshot, "new").id).toBe("thing-9");
    expect(run.snapshot.pendingOperations).toEqual([]);
    expect(journal.changes[0]?.put.map((state) => state.id)).toEqual(["thing-9"]);
  });

  it("is repeated when nothing is there", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    const { id: _, ...pending } = { ...stateIn(snapshot, "kept"), urn: urn("new") };
    const run = await play(things, ({ thing }) => thing("new", {}), {
      snapshot: interrupted(snapshot, "creating", pending),
    });
    expect(things.calls).toEqual(["create new", "delete kept"]);
    expect(run.succeeded).toBe(true);
  });

  it("of a replacement leaves the old half to be deleted", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    things.world.delete("thing-1");
    things.world.set("thing-1", { size: 1, name: "old kept" });
    things.world.set("thing-9", { key: "2", name: "kept" });
    const { id: _, ...pending } = { ...stateIn(snapshot, "kept"), inputs: { key: "2" } };
    const run = await play(things, ({ thing }) => thing("kept", { key: "2" }), {
      snapshot: interrupted(snapshot, "creating", pending),
    });
    expect(things.calls).toEqual(["delete kept"]);
    expect([...things.world.keys()]).toEqual(["thing-9"]);
    expect(stateIn(run.snapshot, "kept").id).toBe("thing-9");
  });

  it("is found by a destroy as well, so that nothing is left behind", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    things.world.set("thing-9", { name: "new" });
    const { id: _, ...pending } = { ...stateIn(snapshot, "kept"), urn: urn("new"), inputs: {} };
    const run = await play(things, async () => {}, {
      command: "destroy",
      snapshot: interrupted(snapshot, "creating", pending),
    });
    expect(run.snapshot).toEqual(emptySnapshot());
    expect(things.world.size).toBe(0);
  });

  it("stays pending, with a warning, when the provider cannot tell", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    delete things.provider.find;
    const { id: _, ...pending } = { ...stateIn(snapshot, "kept"), urn: urn("new") };
    const run = await play(things, ({ thing }) => thing("kept", { size: 1 }), {
      snapshot: interrupted(snapshot, "creating", pending),
    });
    expect(run.snapshot.pendingOperations.map(({ resource }) => resource.urn)).toEqual([urn("new")]);
    expect(run.events).toContainEqual(expect.objectContaining({ severity: "warning", urn: urn("new") }));
  });

  it("stops the run when the provider does not answer", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    things.provider.find = () => Promise.reject(new Error("throttled"));
    const { id: _, ...pending } = { ...stateIn(snapshot, "kept"), urn: urn("new") };
    const run = await play(things, ({ thing }) => thing("new", {}), {
      snapshot: interrupted(snapshot, "creating", pending),
    });
    expect(run.succeeded).toBe(false);
    expect(things.calls).toEqual([]);
    expect(run.errors.join()).toContain("throttled");
  });
});

describe("an interrupted update", () => {
  it("that took effect is taken over", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    things.world.set("thing-1", { size: 2, name: "kept" });
    const pending = { ...stateIn(snapshot, "kept"), inputs: { size: 2 } };
    const run = await play(things, ({ thing }) => thing("kept", { size: 2 }), {
      snapshot: interrupted(snapshot, "updating", pending),
    });
    expect(things.calls).toEqual([]);
    expect(run.changes).toEqual({ same: 1 });
  });

  it("that did not is repeated", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    const pending = { ...stateIn(snapshot, "kept"), inputs: { size: 2 } };
    await play(things, ({ thing }) => thing("kept", { size: 2 }), {
      snapshot: interrupted(snapshot, "updating", pending),
    });
    expect(things.calls).toEqual(["update kept"]);
  });
});

describe("an interrupted deletion", () => {
  it("that took effect leaves the state", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    things.world.clear();
    const run = await play(things, async () => {}, {
      snapshot: interrupted(snapshot, "deleting", stateIn(snapshot, "kept")),
    });
    expect(things.calls).toEqual([]);
    expect(run.snapshot.resources.map((state) => state.urn)).not.toContain(urn("kept"));
  });

  it("that did not is repeated", async () => {
    const things = new Things();
    const snapshot = await stackWith(things);
    await play(things, async () => {}, { snapshot: interrupted(snapshot, "deleting", stateIn(snapshot, "kept")) });
    expect(things.calls).toEqual(["delete kept"]);
  });
});
