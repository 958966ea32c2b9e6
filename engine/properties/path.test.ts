import { formatPath, parsePath, pathContains, resetPaths } from "./path.ts";

describe("a property path", () => {
  it.each([
    ["root.nested", ["root", "nested"]],
    ["root[0].name", ["root", 0, "name"]],
    ['tags["a.b"]', ["tags", "a.b"]],
    ['["say \\"hi\\""]', ['say "hi"']],
    ["rules[*].n", ["rules", "*", "n"]],
  ])("is read: %s", (text, path) => {
    expect(parsePath(text)).toEqual(path);
  });

  it.each([".root", "root[", "root[x]"])("is refused when it is none: %s", (text) => {
    expect(parsePath(text)).toBeUndefined();
  });

  it("is written with quotes only where they are needed", () => {
    expect(formatPath(["tags", "a-b", 0, "name"])).toBe('tags["a-b"][0].name');
  });

  it("covers what is below it, and anything at a star", () => {
    expect(pathContains(["a"], ["a", "b"])).toBe(true);
    expect(pathContains(["*", "b"], ["a", "b", "c"])).toBe(true);
    expect(pathContains(["a", "b"], ["a"])).toBe(false);
  });
});

describe("resetting paths", () => {
  const reset = (inputs: Parameters<typeof resetPaths>[0], before: Parameters<typeof resetPaths>[1], path: string) =>
    resetPaths(inputs, before, [path]);

  it("sets a nested key back and leaves the given inputs alone", () => {
    const inputs = { tags: { x: "new", y: "new" } };
    expect(reset(inputs, { tags: { x: "old", y: "old" } }, "tags.x").inputs).toEqual({ tags: { x: "old", y: "new" } });
    expect(inputs.tags.x).toBe("new");
  });

  it("removes a key that was not there, and brings back one that is gone", () => {
    expect(reset({ a: 1 }, {}, "a").inputs).toEqual({});
    expect(reset({}, { a: 1 }, "a").inputs).toEqual({ a: 1 });
  });

  it("sets everything back at a star", () => {
    expect(reset({ a: 9, c: 9 }, { a: 1, b: 1 }, "*").inputs).toEqual({ a: 1, b: 1 });
  });

  it("tells when an element on the way was added or removed", () => {
    expect(reset({ list: [] }, { list: [{ n: 1 }] }, "list[0].n").failed).toEqual(["list[0].n"]);
  });

  it("keeps what was secret a secret", () => {
    const sealed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: { x: "old" } };
    expect(reset({ deep: { x: "new" } }, { deep: sealed }, "deep.x").inputs).toEqual({
      deep: { x: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "old" } },
    });
  });
});
