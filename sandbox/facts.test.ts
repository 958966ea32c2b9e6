import { parseProperty, parseType } from "./facts.ts";

test("a line says kind, flags, values and default", () => {
  expect(parseProperty('set<string> required replaces secret max(2) oneOf(A|B) = ["A"]')).toEqual({
    kind: "set",
    items: expect.objectContaining({ kind: "string", required: false }),
    required: true,
    computed: false,
    replaces: true,
    secret: true,
    named: false,
    maxItems: 2,
    oneOf: new Set(["A", "B"]),
    default: ["A"],
  });
});

test("values may hold spaces, and may be shared by name", () => {
  expect(parseProperty("string oneOf(30 minutes|1 day)").oneOf).toEqual(new Set(["30 minutes", "1 day"]));
  expect(parseProperty("string oneOf(@unit)", { unit: ["Count"] }).oneOf).toEqual(new Set(["Count"]));
  expect(() => parseProperty("string oneOf(@missing)")).toThrow("no such enum: @missing");
});

test("collections nest, and objects hold properties", () => {
  expect(parseProperty("map<list<string>>").items?.items?.kind).toBe("string");
  const rules = parseProperty({ is: "list required", properties: { name: "string required" } });
  expect(rules.properties?.get("name")?.required).toBe(true);
});

test("refuses a line that is none", () => {
  expect(() => parseProperty("")).toThrow("not a property");
});

test("a type without outputs has none", () => {
  const type = parseType("a:b/c:C", { inputs: { name: "string" } });
  expect(type.outputs).toEqual([]);
  expect([...type.inputs.keys()]).toEqual(["name"]);
});
