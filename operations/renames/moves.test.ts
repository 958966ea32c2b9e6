import { movesOf, type Placed, type Side } from "./moves.ts";

const STACK: Placed = { type: "pulumi:pulumi:Stack", name: "stack" };
const vault = (name: string, parent = "stack"): Placed => ({ type: "thorbis:storage:Vault", name, parent });
const bucket = (name: string, parent: string): Placed => ({ type: "aws:s3/bucket:Bucket", name, parent });
const side = (entries: Record<string, Placed>): Side => new Map(Object.entries({ stack: STACK, ...entries }));

test("a renamed component needs one alias, at the component, for everything below it", () => {
  const old = side({ "vault a": vault("a"), "bucket a-data": bucket("a-data", "vault a") });
  const young = side({ "vault b": vault("b"), "bucket b-data": bucket("b-data", "vault b") });
  expect(movesOf("bucket a-data", "bucket b-data", old, young)).toEqual([
    { from: "vault a", to: "vault b", alias: 'aliases: [{ name: "a" }]' },
  ]);
});

test("a child that changed its name apart from its owner needs an alias of its own beside the owner's", () => {
  const old = side({ "vault a": vault("a"), "bucket store": bucket("store", "vault a") });
  const young = side({ "vault b": vault("b"), "bucket b-data": bucket("b-data", "vault b") });
  expect(movesOf("bucket store", "bucket b-data", old, young)).toEqual([
    { from: "bucket store", to: "bucket b-data", alias: 'aliases: [{ name: "store" }]' },
    { from: "vault a", to: "vault b", alias: 'aliases: [{ name: "a" }]' },
  ]);
});

test("what moved below a component names the stack as its former owner", () => {
  const old = side({ "bucket data": bucket("data", "stack") });
  const young = side({ "vault a": vault("a"), "new bucket data": bucket("data", "vault a") });
  expect(movesOf("bucket data", "new bucket data", old, young)[0]?.alias).toBe(
    "aliases: [{ parent: pulumi.rootStackResource }]",
  );
});

test("what left a component that stays names that component in words that hold in every stack", () => {
  const entries = { outer: vault("outer"), inner: vault("inner", "outer") };
  const old = side({ ...entries, "bucket data": bucket("data", "inner") });
  const young = side({ ...entries, "new bucket data": bucket("data", "stack") });
  expect(movesOf("bucket data", "new bucket data", old, young)[0]?.alias).toBe(
    'aliases: [{ parent: pulumi.createUrn("inner", "thorbis:storage:Vault", pulumi.createUrn("outer", "thorbis:storage:Vault")) }]',
  );
});

test("another type token is part of the identity", () => {
  const old = side({ a: vault("a") });
  const young = side({ b: { ...vault("a"), type: "thorbis:safe:Vault" } });
  expect(movesOf("a", "b", old, young)[0]?.alias).toBe('aliases: [{ type: "thorbis:storage:Vault" }]');
});

test("what did not move needs nothing", () => {
  const same = side({ a: vault("a"), b: bucket("a-data", "a") });
  expect(movesOf("b", "b", same, same)).toEqual([]);
});
