import { differences } from "./differences.ts";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

test("names the path of every value that differs, at any depth", () => {
  expect(differences({ a: { b: [1, 2] }, same: 1 }, { a: { b: [1, 3, 4] }, same: 1 })).toEqual([
    { path: "a.b[1]", kind: "update", before: "2", after: "3", replaces: false },
    { path: "a.b[2]", kind: "add", after: "4", replaces: false },
  ]);
});

test("never shows a secret: not its old value, not its new one, not inside a larger value", () => {
  const shown = JSON.stringify(
    differences(
      { a: secret("old-sentinel"), b: 1 },
      { a: secret("new-sentinel"), c: { deep: [secret("deep-sentinel")] } },
    ),
  );
  expect(shown).not.toContain("sentinel");
  expect(shown).toContain("[secret]");
});

test("says that a secret became plain without showing the old value", () => {
  expect(differences({ a: secret("sentinel") }, { a: "plain" })).toEqual([
    { path: "a", kind: "update", before: "[secret]", after: '"plain"', replaces: false },
  ]);
});

test("shows what is not known yet by name", () => {
  expect(differences({ a: "x" }, { a: UNKNOWN })[0]).toMatchObject({ after: "[unknown]" });
});

test("marks the property that forces the replacement, and what lies below it", () => {
  expect(
    differences({ a: { b: 1 }, c: 1 }, { a: { b: 2 }, c: 2 }, ["a"]).map(({ path, replaces }) => [path, replaces]),
  ).toEqual([
    ["a.b", true],
    ["c", false],
  ]);
});

test("quotes keys that are no identifiers", () => {
  expect(differences({}, { tags: { "a-b": "1" } })[0]?.path).toBe("tags");
  expect(differences({ tags: {} }, { tags: { "a-b": "1" } })[0]?.path).toBe('tags["a-b"]');
});

describe("a document in a string", () => {
  const definitions = (...environment: { name: string; value: string }[]) =>
    JSON.stringify([{ name: "web", image: "i", environment }]);
  const [pool, log] = [
    { name: "POOL", value: "5" },
    { name: "LOG", value: "debug" },
  ];

  test("is compared by what it says, its elements by their names", () => {
    const before = { containerDefinitions: definitions(pool, log) };
    const after = { containerDefinitions: definitions({ name: "NEW", value: "x" }, { ...pool, value: "10" }, log) };
    expect(differences(before, after, ["containerDefinitions"])).toEqual([
      {
        path: "containerDefinitions.web.environment.NEW",
        kind: "add",
        after: '{"name":"NEW","value":"x"}',
        replaces: true,
      },
      {
        path: "containerDefinitions.web.environment.POOL.value",
        kind: "update",
        before: '"5"',
        after: '"10"',
        replaces: true,
      },
    ]);
  });

  test("that only was written in another way is shown as it is", () => {
    expect(differences({ policy: '{"a":1}' }, { policy: '{ "a": 1 }' })).toEqual([
      { path: "policy", kind: "update", before: '"{\\"a\\":1}"', after: '"{ \\"a\\": 1 }"', replaces: false },
    ]);
  });
});
