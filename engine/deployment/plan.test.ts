import { play, THING, Things } from "../../testing/engine.ts";
import type { PropertyMap } from "../values.ts";

/** A plan of an update to `after`, made over a stack with one thing. */
async function planned(before: PropertyMap, after: PropertyMap) {
  const things = new Things();
  const { snapshot } = await play(things, ({ thing }) => thing("a", before));
  const { plan } = await play(things, ({ thing }) => thing("a", after), {
    command: "preview",
    snapshot,
    wantPlan: true,
  });
  if (plan === undefined) throw new Error("the preview made no plan");
  things.calls.length = 0;
  return { things, snapshot, plan };
}

const urn = `urn:pulumi:s::p::${THING}::a`;

it("lists the steps and the differences of a preview", async () => {
  const { plan } = await planned({ size: 1, old: true }, { size: 2, new: true });
  expect(plan.resourcePlans[urn]?.steps).toEqual(["update"]);
  expect(plan.resourcePlans[urn]?.goal?.inputDiff).toEqual({
    adds: { new: true },
    deletes: ["old"],
    updates: { size: 2 },
  });
});

it("is applied when the program still wants the same", async () => {
  const { things, snapshot, plan } = await planned({ size: 1 }, { size: 2 });
  const run = await play(things, ({ thing }) => thing("a", { size: 2 }), { snapshot, plan });
  expect(run.errors).toEqual([]);
  expect(things.calls).toEqual(["update a"]);
});

it("refuses another value, and says which property differs", async () => {
  const { things, snapshot, plan } = await planned({ size: 1 }, { size: 2 });
  const run = await play(things, ({ thing }) => thing("a", { size: 3 }), { snapshot, plan });
  expect(run.succeeded).toBe(false);
  expect(run.errors[0]).toContain("violates plan: properties changed: ~size[2!=3]");
  expect(things.calls).toEqual([]);
});

it("refuses a resource that it does not know", async () => {
  const { things, snapshot, plan } = await planned({ size: 1 }, { size: 1 });
  const script = async ({ thing }: Parameters<Parameters<typeof play>[1]>[0]) => {
    await thing("a", { size: 1 });
    await thing("b", {});
  };
  const run = await play(things, script, { snapshot, plan });
  expect(run.errors[0]).toContain("create is not allowed by the plan");
  expect(things.calls).toEqual([]);
});

it("refuses a deletion that it does not know", async () => {
  const { things, snapshot, plan } = await planned({ size: 1 }, { size: 1 });
  const run = await play(things, async () => {}, { snapshot, plan });
  expect(run.errors[0]).toContain("is not allowed by the plan");
  expect(things.calls).toEqual([]);
});

it("refuses a changed option", async () => {
  const { things, snapshot, plan } = await planned({ size: 1 }, { size: 2 });
  const run = await play(things, ({ thing }) => thing("a", { size: 2 }, { protect: true }), { snapshot, plan });
  expect(run.errors[0]).toContain("protect changed (expected false)");
});

it("takes any value where the preview knew none", async () => {
  const things = new Things();
  const script = async ({ thing }: Parameters<Parameters<typeof play>[1]>[0]) => {
    const { state } = await thing("a", { size: 1 });
    await thing("b", { from: state.outputs?.computed ?? null });
  };
  const { plan } = await play(things, script, { command: "preview", wantPlan: true });
  if (plan === undefined) throw new Error("the preview made no plan");
  const run = await play(things, script, { plan });
  expect(run.errors).toEqual([]);
  expect(things.calls).toEqual(["create a", "create b"]);
});

it("gives names that were generated for the preview again", async () => {
  const things = new Things();
  const seeds: string[] = [];
  things.provider.check = async ({ newInputs, randomSeed }) => {
    seeds.push(Buffer.from(randomSeed).toString("hex"));
    return { inputs: newInputs, failures: [] };
  };
  const { plan } = await play(things, ({ thing }) => thing("a", {}), { command: "preview", wantPlan: true });
  if (plan === undefined) throw new Error("the preview made no plan");
  await play(things, ({ thing }) => thing("a", {}), { plan });
  expect(seeds[1]).toBe(seeds[0]);
});

it("shows no secret in what it says", async () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "sentinel" };
  const { things, snapshot, plan } = await planned({ token: "old" }, { token: secret });
  const run = await play(things, ({ thing }) => thing("a", { token: { ...secret, value: "other" } }), {
    snapshot,
    plan,
  });
  expect(run.succeeded).toBe(false);
  expect(JSON.stringify(run.errors)).not.toMatch(/sentinel|other/);
});
