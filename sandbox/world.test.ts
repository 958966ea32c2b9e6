import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { World, type WorldRecord, WorldUnreadable } from "./world.ts";

const record = (id: string, more: Partial<WorldRecord> = {}): WorldRecord => ({
  type: "test:index/thing:Thing",
  id,
  urn: `urn:${id}`,
  inputs: { id },
  outputs: { id, password: "sentinel" },
  names: [`name ${id}`],
  ...more,
});

let directory: string;
const opened: World[] = [];

function open(): World {
  const world = new World(directory);
  opened.push(world);
  return world;
}

const log = () => join(directory, "world.log");
const lines = () => readFileSync(log(), "utf8").trimEnd().split("\n").length;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "world-"));
});
afterEach(() => {
  for (const world of opened.splice(0)) world.close();
  rmSync(directory, { recursive: true });
});

test("looking leaves no trace on the disk", () => {
  expect(open().list()).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});

test("what was put is there for the next process, and what was removed is gone", () => {
  const first = open();
  first.put(record("a"));
  first.put(record("b"));
  first.remove(record("a"));
  first.close();
  expect(open().list()).toEqual([record("b")]);
});

test("no value is in the log in plain text, and the key is the owner's alone", () => {
  open().put(record("a"));
  expect(readFileSync(log(), "utf8")).not.toContain("sentinel");
  expect(statSync(join(directory, "key")).mode & 0o777).toBe(0o600);
});

test("a line that a kill tore is left out, and spoils none of the lines around it", () => {
  const first = open();
  first.put(record("a"));
  first.close();
  appendFileSync(log(), '{"put":"half of a li');
  const second = open();
  second.put(record("b"));
  second.close();
  expect(open().list()).toEqual([record("a"), record("b")]);
});

test("two processes at once see what the other does", () => {
  const [one, other] = [open(), open()];
  one.put(record("a"));
  expect(other.get("test:index/thing:Thing", "a")).toEqual(record("a"));
  other.put(record("b"));
  other.remove(record("a"));
  expect(one.list()).toEqual([record("b")]);
  expect(one.owner("name a")).toBeUndefined();
});

test("resources of one id in different places are different resources", () => {
  const world = open();
  world.put(record("a", { place: "us-east-1" }));
  world.put(record("a", { place: "eu-west-1" }));
  world.remove(record("a", { place: "us-east-1" }));
  expect(world.list()).toEqual([record("a", { place: "eu-west-1" })]);
});

test("a resource is found by the name that it has, and by who made it", () => {
  const world = open();
  world.put(record("a", { urn: "urn:maker" }));
  world.put(record("b", { urn: "urn:maker" }));
  expect(world.owner("name b")?.id).toBe("b");
  expect(world.madeBy("urn:maker").map(({ id }) => id)).toEqual(["a", "b"]);
});

test("the log is rewritten without what is gone by a process that is alone", () => {
  const first = open();
  first.put(record("kept"));
  for (let index = 0; index < 600; index++) {
    first.put(record("a"));
    first.remove(record("a"));
  }
  first.close();
  expect(lines()).toBe(1201);
  open().put(record("b"));
  expect(lines()).toBe(2);
  expect(open().list()).toEqual([record("kept"), record("b")]);
});

test("the log is not rewritten under another process that writes", () => {
  const first = open();
  for (let index = 0; index < 600; index++) {
    first.put(record("a"));
    first.remove(record("a"));
  }
  const second = open();
  second.put(record("b"));
  expect(lines()).toBe(1201);
  first.put(record("c"));
  expect(second.list()).toEqual([record("b"), record("c")]);
});

test("a writer that was killed does not keep the log from being rewritten", async () => {
  const dead = await new Promise<number>((gone) => {
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
    child.once("exit", () => gone(child.pid ?? 0));
  });
  const first = open();
  for (let index = 0; index < 600; index++) {
    first.put(record("a"));
    first.remove(record("a"));
  }
  first.close();
  writeFileSync(join(directory, "writers", `${dead}.abcd`), "");
  writeFileSync(join(directory, "rewriting"), String(dead));
  open().put(record("b"));
  expect(lines()).toBe(1);
});

test("a record costs one line, however many there are", () => {
  const world = open();
  const sizes: number[] = [];
  for (let index = 0; index < 200; index++) {
    world.put(record(`r${String(index).padStart(4, "0")}`));
    sizes.push(statSync(log()).size);
  }
  const growth = sizes.slice(1).map((size, index) => size - (sizes[index] ?? 0));
  expect(new Set(growth).size).toBe(1);
});

test("a world whose key was lost is refused with a remedy", () => {
  const first = open();
  first.put(record("a"));
  first.close();
  writeFileSync(join(directory, "key"), Buffer.alloc(32).toString("base64"));
  expect(() => open().list()).toThrow(WorldUnreadable);
});
