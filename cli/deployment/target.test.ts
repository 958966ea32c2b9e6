import { asksNothing, describeTarget, type StackCommand, targetOf } from "./target.ts";

test("nothing but what is said touches a cloud", () => {
  for (const command of ["preview", "up", "refresh", "destroy", "outputs", "state"] as StackCommand[]) {
    expect(targetOf(command, "development", {})).toEqual({ world: "sandbox", engine: "embedded" });
  }
  expect(targetOf("preview", "production", {})).toEqual({ world: "sandbox", engine: "embedded" });
  expect(targetOf("up", "production", { cloud: true })).toEqual({ world: "cloud", engine: "pulumi" });
  expect(targetOf("preview", "staging", { engine: "pulumi" })).toEqual({ world: "sandbox", engine: "pulumi" });
});

test.each([
  ["up", "staging", {}],
  ["destroy", "production", {}],
  ["refresh", "staging", {}],
  ["up", "staging", { sandbox: true, cloud: true }],
  ["preview", "staging", { cloud: true, engine: "embedded" as const }],
] as const)("refuses %s %s %j", (command, stack, flags) => {
  expect(() => targetOf(command, stack, flags)).toThrow(expect.objectContaining({ exitCode: 2 }));
});

test("only previews and `up development` ask nothing", () => {
  const sandbox = { world: "sandbox", engine: "embedded" } as const;
  expect(asksNothing("up", "development", sandbox)).toBe(true);
  expect(asksNothing("preview", "production", sandbox)).toBe(true);
  expect(asksNothing("up", "development", { world: "cloud", engine: "pulumi" })).toBe(false);
  expect(asksNothing("up", "staging", sandbox)).toBe(false);
  expect(asksNothing("destroy", "development", sandbox)).toBe(false);
});

test("the first line says which world it is and who works on it", () => {
  expect(describeTarget("up", "production", { world: "cloud", engine: "pulumi" })).toBe(
    "up production on the real accounts (cloud); Pulumi CLI",
  );
});
