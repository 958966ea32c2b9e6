import { compilePattern, samplePath } from "./pattern.ts";

test.each([
  ["regex", "^/api/(.*)$", "/api/users", true],
  ["regex", "/api/.*", "/v1/api/users", false],
  ["regex", "^/Shop$", "/shop", true],
  ["equals", "/a.b", "/aXb", false],
  ["equals", "/a.b", "/a.b", true],
  ["path-to-regexp", "/:path*", "/", true],
  ["path-to-regexp", "/:path*", "/a/b", true],
  ["path-to-regexp", "/shop/:id", "/shop/1", true],
  ["path-to-regexp", "/shop/:id", "/shop/1/2", false],
  ["path-to-regexp", "/shop/:id(\\d+)", "/shop/x", false],
  ["path-to-regexp", "/shop/:id?", "/shop", true],
  ["path-to-regexp", "/shop/:id+", "/shop", false],
  ["path-to-regexp", "/(.*)", "/any/thing", true],
  ["path-to-regexp", "/a{/b}?", "/a", true],
  ["path-to-regexp", "/a{/b}?", "/a/b", true],
] as const)("%s %s against %s", (syntax, source, path, matches) => {
  expect(compilePattern(source, syntax, false)?.test(path)).toBe(matches);
});

test("is case-sensitive when the rule asks for it", () => {
  expect(compilePattern("/Shop", "equals", true)?.test("/shop")).toBe(false);
});

test("is no pattern when it is not closed", () => {
  expect(compilePattern("^/(.*$", "regex", false)).toBeUndefined();
});

test.each([
  ["regex", "^/embed/(.*)$", "/embed/sample"],
  ["regex", "^/(?:a|b)$", undefined],
  ["path-to-regexp", "/shop/:id", "/shop/sample"],
  ["path-to-regexp", "/shop/:id(\\d+)", "/shop/1"],
  ["equals", "/login", "/login"],
] as const)("finds a path for %s %s", (syntax, source, sample) => {
  expect(samplePath(source, syntax, false)).toBe(sample);
});
