import { type Cloud, diagnose, type ExportedState, parseState, repair, type StateResource } from "./doctor.ts";
import { judgeLock, type LockOwner, type Surroundings } from "./locks.ts";

const urn = (name: string) => `urn:pulumi:dev::thorbis::aws:s3/bucket:Bucket::${name}`;
const bucket = (name: string, extra: Partial<StateResource> = {}): StateResource => ({
  urn: urn(name),
  type: "aws:s3/bucket:Bucket",
  custom: true,
  id: name,
  ...extra,
});
const state = (
  resources: StateResource[],
  pending: { type: string; resource: StateResource }[] = [],
): ExportedState => ({
  version: 3,
  deployment: { resources, pending_operations: pending },
});
const cloud = (overrides: Partial<Cloud> = {}): Cloud => ({
  presence: async () => ({ presence: "exists" }),
  ...overrides,
});

test("a healthy state has no findings, and mending it changes nothing", async () => {
  const healthy = state([bucket("a"), bucket("b", { dependencies: [urn("a")] })]);
  const findings = await diagnose(healthy, cloud());
  expect(findings).toEqual([]);
  expect(repair(healthy, findings)).toEqual(healthy);
});

test("a reference to what is gone is found and dropped everywhere", async () => {
  const broken = state([
    bucket("a", { dependencies: [urn("gone")], propertyDependencies: { x: [urn("gone")] }, deletedWith: urn("gone") }),
  ]);
  const findings = await diagnose(broken, cloud());
  expect(findings.map(({ kind }) => kind)).toEqual(["dangling", "dangling", "dangling"]);
  expect(await diagnose(repair(broken, findings), cloud())).toEqual([]);
});

test("a missing parent or provider is reported and left to a person", async () => {
  const findings = await diagnose(state([bucket("a", { parent: urn("gone"), provider: `${urn("p")}::id` })]), cloud());
  expect(findings.map(({ repair: kind }) => kind)).toEqual(["none", "none"]);
});

test("a resource that stands before what it needs is moved behind it", async () => {
  const broken = state([bucket("b", { dependencies: [urn("a")] }), bucket("a")]);
  const mended = repair(broken, await diagnose(broken, cloud()));
  expect(mended.deployment.resources?.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(await diagnose(mended, cloud())).toEqual([]);
});

test("a duplicate is reported; the old half of a replacement is none", async () => {
  expect((await diagnose(state([bucket("a"), bucket("a")]), cloud()))[0]?.kind).toBe("duplicate");
  expect(await diagnose(state([bucket("a", { delete: true, id: "old" }), bucket("a")]), cloud())).toEqual([]);
});

describe("an operation that was under way", () => {
  const creating = { type: "creating", resource: bucket("new", { id: "" }) };
  const settle = async (operation: typeof creating, answer: Awaited<ReturnType<Cloud["presence"]>>) => {
    const before = state([bucket("a")], [operation]);
    const asked = cloud({ presence: async ({ urn: of }) => (of === urn("new") ? answer : { presence: "exists" }) });
    return repair(before, await diagnose(before, asked)).deployment;
  };

  test("is adopted when the cloud has what it made", async () => {
    const after = await settle(creating, { presence: "exists", id: "bucket-123" });
    expect(after.pending_operations).toEqual([]);
    expect(after.resources?.at(-1)).toMatchObject({ urn: urn("new"), id: "bucket-123" });
  });

  test("is dropped when the cloud has nothing", async () => {
    const after = await settle(creating, { presence: "gone" });
    expect(after).toMatchObject({ pending_operations: [], resources: [{ id: "a" }] });
  });

  test.each([
    ["the cloud could not be asked", { presence: "unknown" as const }],
    ["the cloud has it but no id is known", { presence: "exists" as const }],
  ])("stays when %s", async (_, answer) => {
    expect((await settle(creating, answer)).pending_operations).toHaveLength(1);
  });
});

test("what the state has and the cloud has not, and the other way round, is reported", async () => {
  const findings = await diagnose(
    state([bucket("a")]),
    cloud({ presence: async () => ({ presence: "gone" }), tagged: async () => [{ id: "stray", type: "bucket" }] }),
  );
  expect(findings.map(({ kind }) => kind)).toEqual(["missing", "orphan"]);
});

test.each(["{", '{"version":2}', '{"version":3,"deployment":{"resources":[{"id":"x"}]}}'])(
  "refuses %s as a state",
  (text) => {
    expect(() => parseState(text)).toThrow(/state/);
  },
);

describe("a lock", () => {
  const owner = (extra: Partial<LockOwner> = {}): LockOwner => ({
    pid: 7,
    username: "ada",
    hostname: "here",
    timestamp: "2026-11-21T10:00:00Z",
    ...extra,
  });
  const around = (extra: Partial<Surroundings> = {}): Surroundings => ({
    hostname: "here",
    now: new Date("2026-11-21T10:30:00Z"),
    isAlive: () => false,
    runIsOver: async () => undefined,
    ...extra,
  });

  test.each([
    ["of a dead process of this host", owner(), around(), "release"],
    ["of a living process of this host", owner(), around({ isAlive: () => true }), "keep"],
    [
      "of a person on another host, however old",
      owner({ hostname: "there" }),
      around({ now: new Date("2027-11-21") }),
      "keep",
    ],
    ["of a run that is over", owner({ run: "o/r/actions/runs/1" }), around({ runIsOver: async () => true }), "release"],
    ["of a run that goes on", owner({ run: "o/r/actions/runs/1" }), around({ runIsOver: async () => false }), "keep"],
    ["of a run that cannot be asked about", owner({ run: "o/r/actions/runs/1" }), around(), "keep"],
  ])("%s: %#", async (_, held, surroundings, action) => {
    expect(await judgeLock(held, surroundings)).toMatchObject({ action, reason: expect.stringMatching(/\w/) });
  });

  test("tells its age", async () => {
    expect((await judgeLock(owner(), around())).ageMinutes).toBe(30);
  });
});
