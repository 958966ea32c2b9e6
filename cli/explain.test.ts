import { explain } from "./explain.ts";

test("an expected error is its message, its remedy and its exit code, without a stack", () => {
  const error = Object.assign(new Error("no such stack"), { exitCode: 2, remedy: "add its file" });
  expect(explain(error)).toEqual({ message: "error: no such stack\n  remedy: add its file\n", exitCode: 2 });
});

test("a fault of ours says where it happened and fails", () => {
  const { message, exitCode } = explain(new TypeError("x is undefined"));
  expect(message).toMatch(/^internal error.*\nTypeError: x is undefined\n {4}at /);
  expect(exitCode).toBe(1);
});
