/** What a run does beyond single scenarios: order, concurrency, durability, stopping. */
import { MemoryJournal, play, THING, Things } from "../../testing/engine.ts";

const urn = (name: string) => `urn:pulumi:s::p::${THING}::${name}`;

it("makes independent resources side by side, so many at a time as allowed", async () => {
  const things = new Things();
  let [running, most] = [0, 0];
  const { create } = things.provider;
  things.provider.create = async (request) => {
    most = Math.max(most, ++running);
    await new Promise((done) => setTimeout(done, 2));
    running--;
    return create(request);
  };
  const names = Array.from({ length: 9 }, (_, index) => `t${index}`);
  await play(things, ({ thing }) => Promise.all(names.map((name) => thing(name, {}))), { parallel: 3 });
  expect(most).toBe(3);
  expect(things.world.size).toBe(9);
});

it("lets nothing that depends on a step begin before its end is recorded", async () => {
  const things = new Things();
  const order: string[] = [];
  const journal = new MemoryJournal();
  const { begin } = journal;
  journal.begin = async (operation) => {
    order.push(`begin ${operation.resource.urn.split("::").at(-1)}`);
    const handle = await begin.call(journal, operation);
    return {
      ...handle,
      end: async (change) => {
        await new Promise((done) => setTimeout(done, 2));
        order.push(`end ${operation.resource.urn.split("::").at(-1)}`);
        await handle.end(change);
      },
    };
  };
  await play(
    things,
    async ({ thing }) => {
      const { state } = await thing("a", {});
      await thing("b", { from: state.outputs?.computed ?? null }, { dependencies: [state.urn] });
    },
    { journal },
  );
  expect(order.slice(-4)).toEqual(["begin a", "end a", "begin b", "end b"]);
});

it("leaves the given state as it was", async () => {
  const things = new Things();
  const { snapshot } = await play(things, ({ thing }) => thing("a", { key: "1" }));
  const before = structuredClone(snapshot);
  await play(things, ({ thing }) => thing("a", { key: "2" }), { snapshot });
  expect(snapshot).toEqual(before);
});

it("changes nothing in a preview", async () => {
  const things = new Things();
  const journal = new MemoryJournal();
  const run = await play(things, ({ thing }) => thing("a", {}), { command: "preview", journal });
  expect(run.changes).toEqual({ create: 1 });
  expect([things.calls, journal.begun, journal.closed]).toEqual([[], [], undefined]);
});

it("tells what a destroy would do, and does nothing, on a dry run", async () => {
  const things = new Things();
  const { snapshot } = await play(things, ({ thing }) => thing("a", {}));
  const run = await play(things, async () => {}, { command: "destroy", dryRun: true, snapshot });
  expect(run.steps.map(({ op }) => op)).toContain("delete");
  expect(things.world.size).toBe(1);
});

it("stops starting steps when it is told to, and records those under way", async () => {
  const things = new Things();
  const stop = new AbortController();
  const { create } = things.provider;
  things.provider.create = async (request) => {
    if (request.name === "a") stop.abort();
    return create(request);
  };
  const run = await play(
    things,
    async ({ thing }) => {
      await thing("a", {});
      await thing("b", {});
    },
    { signal: stop.signal },
  );
  expect(run.succeeded).toBe(false);
  expect(run.snapshot.resources.map((state) => state.urn)).toContain(urn("a"));
  expect(things.calls).toEqual(["create a"]);
});

it("has sorted a state whose order a crash has mixed up", async () => {
  const things = new Things();
  const { snapshot } = await play(things, async ({ thing }) => {
    const { state } = await thing("a", {});
    await thing("b", {}, { dependencies: [state.urn] });
  });
  const mixed = { ...snapshot, resources: [...snapshot.resources].reverse() };
  await play(things, async () => {}, { command: "destroy", snapshot: mixed });
  expect(things.calls.slice(-2)).toEqual(["delete b", "delete a"]);
});

it("closes every provider, also after a failure", async () => {
  const things = new Things();
  let closed = 0;
  things.provider.close = async () => {
    closed++;
  };
  things.provider.create = () => Promise.reject(new Error("no"));
  await play(things, ({ thing }) => thing("a", {}));
  expect(closed).toBe(1);
});

it("replaces once what `pulumi state taint` has marked", async () => {
  const things = new Things();
  const program = ({ thing }: Parameters<Parameters<typeof play>[1]>[0]) => thing("a", { value: 1 });
  const { snapshot } = await play(things, program);
  const resources = snapshot.resources.map((state) => (state.urn === urn("a") ? { ...state, taint: true } : state));
  const replaced = await play(things, program, { snapshot: { ...snapshot, resources } });
  expect(things.calls).toEqual(["create a", "create a", "delete a"]);
  const again = await play(things, program, { snapshot: replaced.snapshot });
  expect(again.changes).not.toHaveProperty("replace");
});

it("has a renamed component in the state once, when a child that stays out of the run still names the old one", async () => {
  const things = new Things();
  const component = { type: "demo:index:Group", custom: false };
  const { snapshot } = await play(things, async ({ register, thing }) => {
    const { state } = await register({ ...component, name: "g" });
    await thing("a", {}, { parent: state.urn });
    await thing("b", {}, { parent: state.urn });
  });
  const targets = ["urn:pulumi:s::p::demo:index:Group::h", `urn:pulumi:s::p::demo:index:Group$${THING}::a`];
  const renamed = await play(
    things,
    async ({ register, thing }) => {
      const { state } = await register({ ...component, name: "h", aliases: [{ name: "g" }] });
      await thing("a", { value: 2 }, { parent: state.urn });
      await thing("b", { value: 2 }, { parent: state.urn });
    },
    { snapshot, targets },
  );
  expect(things.calls.slice(2)).toEqual(["update a"]);
  const urns = renamed.snapshot.resources.map((state) => state.urn);
  expect(new Set(urns).size).toBe(urns.length);
  expect(urns).not.toContain("urn:pulumi:s::p::demo:index:Group::g");
});
