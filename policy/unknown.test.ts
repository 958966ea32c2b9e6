import { unknownCheckingProxy } from "@pulumi/policy";
import { guarded, isPlaceholder, isUnknownError, UNKNOWN } from "./unknown.ts";

const caught = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return error;
  }
};

test("throws when an unknown is read, with the way to it", () => {
  const props = guarded({ a: { list: [1, UNKNOWN] }, b: 2 });
  const error = caught(() => (props.a as { list: unknown[] }).list.map(String));
  expect(isUnknownError(error) && error.props).toEqual(["a", "list", "1"]);
  expect(props.b).toBe(2);
});

test("knows the error of the SDK's own guard", () => {
  const props = unknownCheckingProxy({ a: { b: UNKNOWN } }) as { a: { b: string } };
  const error = caught(() => props.a.b);
  expect(isUnknownError(error) && error.props).toEqual(["a", "b"]);
});

test("takes no other error for an unknown", () => {
  expect(isUnknownError(new Error("props"))).toBe(false);
});

test("knows what a preview prints for an unknown", () => {
  expect([UNKNOWN, "[unknown]", "unknown", 1].map(isPlaceholder)).toEqual([true, true, false, false]);
});

test("lets lists be lists", () => {
  const props = guarded({ list: ["a", "b"] });
  expect(Array.isArray(props.list)).toBe(true);
  expect([...(props.list as string[])].join()).toBe("a,b");
});
