import { type Graph, movedWithoutAlias } from "./graphs.ts";

const stack: Graph = { "pulumi:pulumi:Stack::shop": { inputs: {} } };
const top = "pulumi:pulumi:Stack::shop";
const inputs = { versioning: true, region: "us-east-1" };

function vault(name: string, extra: { aliases?: string[]; parent?: string } = {}): Graph {
  const key = `thorbis:storage:Vault::${name}`;
  return {
    [key]: { inputs: {}, parent: top, ...extra },
    [`aws:s3/bucket:Bucket::${name}-data`]: { inputs: { ...inputs, bucket: name }, parent: key },
    [`aws:kms/key:Key::${name}-key`]: { inputs: { ...inputs, description: "key" }, parent: key },
  };
}

test("a component renamed without an alias is found, with the one alias that saves all below it", () => {
  expect(movedWithoutAlias({ ...stack, ...vault("backups") }, { ...stack, ...vault("safe") })).toEqual([
    {
      from: "thorbis:storage:Vault::backups",
      to: "thorbis:storage:Vault::safe",
      alias: 'aliases: [{ name: "backups" }]',
    },
  ]);
});

test("with that alias nothing is found: children are known by their owner's", () => {
  const young = { ...stack, ...vault("safe", { aliases: ["thorbis:storage:Vault::backups"] }) };
  expect(movedWithoutAlias({ ...stack, ...vault("backups") }, young)).toEqual([]);
});

test("what moved into another component is found though its name is the same", () => {
  const shared: Graph = { "thorbis:stacks:Shared::shared": { inputs: {}, parent: top } };
  const moved = { ...stack, ...shared, ...vault("backups", { parent: "thorbis:stacks:Shared::shared" }) };
  expect(movedWithoutAlias({ ...stack, ...shared, ...vault("backups") }, moved)).toEqual([
    {
      from: "thorbis:storage:Vault::backups",
      to: "thorbis:stacks:Shared$thorbis:storage:Vault::backups",
      alias: "aliases: [{ parent: pulumi.rootStackResource }]",
    },
  ]);
});

test("an owner of the same type keeps the identity: nothing is found", () => {
  const two = (parent: string): Graph => ({
    ...stack,
    "thorbis:stacks:Shared::one": { inputs: {}, parent: top },
    "thorbis:stacks:Shared::two": { inputs: {}, parent: top },
    ...vault("backups", { parent: `thorbis:stacks:Shared::${parent}` }),
  });
  expect(movedWithoutAlias(two("one"), two("two"))).toEqual([]);
});

test("a deletion beside an unlike creation is no rename", () => {
  const topic = (name: string, more: object): Graph => ({
    [`aws:sns/topic:Topic::${name}`]: { inputs: { name, ...more }, parent: top },
  });
  const [old, young] = [topic("a", { displayName: "A", region: "x" }), topic("b", { displayName: "B", region: "y" })];
  expect(movedWithoutAlias({ ...stack, ...old }, { ...stack, ...young })).toEqual([]);
});

test("two graphs that are the same say nothing", () => {
  expect(movedWithoutAlias({ ...stack, ...vault("a") }, { ...stack, ...vault("a") })).toEqual([]);
});
