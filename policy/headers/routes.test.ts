import { answers, effectiveHeaders, liveHeaders, type Route } from "./routes.ts";

const rule = (more: Partial<Route>): Route => ({
  name: "rule",
  source: "^/(.*)$",
  syntax: "regex",
  caseSensitive: false,
  conditional: false,
  final: false,
  redirects: false,
  operations: [],
  ...more,
});
const set = (name: string, value: string) => [{ op: "set", name, value }] as const;
const valuesOf = (routes: readonly Route[], path: string, met = false) =>
  Object.fromEntries([...effectiveHeaders(routes, path, met).headers].map(([name, { values }]) => [name, values]));

test("runs rules in order, later ones over earlier ones, without regard to case", () => {
  const routes = [
    rule({ operations: set("X-Frame-Options", "DENY") }),
    rule({ source: "^/a$", operations: set("x-frame-options", "SAMEORIGIN") }),
  ];
  expect(valuesOf(routes, "/")).toEqual({ "x-frame-options": ["DENY"] });
  expect(valuesOf(routes, "/a")).toEqual({ "x-frame-options": ["SAMEORIGIN"] });
});

test("appends and deletes", () => {
  const routes = [
    rule({ operations: set("a", "1") }),
    rule({ operations: [{ op: "append", name: "A", value: "2" }] }),
    rule({ source: "^/b$", operations: [{ op: "delete", name: "a", value: "" }] }),
  ];
  expect(valuesOf(routes, "/")).toEqual({ a: ["1", "2"] });
  expect(valuesOf(routes, "/b")).toEqual({});
});

test("stops at the rule that ends the request, with that rule's own headers", () => {
  const routes = [
    rule({ source: "^/old$", final: true, redirects: true, operations: set("a", "1") }),
    rule({ operations: set("b", "2") }),
  ];
  expect(valuesOf(routes, "/old")).toEqual({ a: ["1"] });
  expect(effectiveHeaders(routes, "/old", false).redirects).toBe(true);
  expect(valuesOf(routes, "/new")).toEqual({ b: ["2"] });
});

test("runs a rule with conditions only when they hold", () => {
  const routes = [rule({ conditional: true, operations: set("a", "1") })];
  expect(valuesOf(routes, "/")).toEqual({});
  expect(valuesOf(routes, "/", true)).toEqual({ a: ["1"] });
});

test("judges the given paths and one for every rule, with and without conditions", () => {
  const found = answers([rule({ source: "^/embed/(.*)$", conditional: true })], ["/"]);
  expect(found.map(({ path, conditionsMet }) => [path, conditionsMet])).toEqual([
    ["/", false],
    ["/", true],
    ["/embed/sample", false],
    ["/embed/sample", true],
  ]);
});

test("keeps repeated headers of a live response apart", () => {
  const headers = liveHeaders([
    ["X-Frame-Options", "DENY"],
    ["x-frame-options", "SAMEORIGIN"],
  ]);
  expect(headers.get("x-frame-options")?.values).toEqual(["DENY", "SAMEORIGIN"]);
});
