import { inspect } from "node:util";
import { lazyMap } from "./lazy-map.ts";

function counted(made: object) {
  const make = jest.fn(() => made);
  return { make, map: lazyMap(make) as Record<string, unknown> };
}

test("nothing is made before the first look, and only once", () => {
  const { make, map } = counted({ size: 1, name: "x" });
  expect({ held: map }.held).toBe(map);
  expect(make).not.toHaveBeenCalled();
  expect(map.size).toBe(1);
  expect(map.name).toBe("x");
  expect(make).toHaveBeenCalledTimes(1);
});

test("every look and every write is at what was made", () => {
  const made: Record<string, unknown> = { a: 1, b: { c: 2 } };
  const { map } = counted(made);
  expect(Object.keys(map)).toEqual(["a", "b"]);
  expect({ ...map }).toEqual(made);
  expect("a" in map).toBe(true);
  expect(JSON.stringify(map)).toBe('{"a":1,"b":{"c":2}}');
  expect(Object.getPrototypeOf(map)).toBe(Object.prototype);
  map.a = 3;
  delete map.b;
  Object.defineProperty(map, "d", { value: 4, enumerable: true, configurable: true, writable: true });
  expect(made).toEqual({ a: 3, d: 4 });
});

test("what it stands for is printed, past a guard that throws", () => {
  const guarded = new Proxy(
    { a: 1 },
    {
      get() {
        throw new Error("unknown");
      },
    },
  );
  expect(inspect(lazyMap(() => guarded))).toBe("{ a: 1 }");
});
