import { deploySteps } from "./steps.ts";

const inputs = { environment: "production", target: "--cloud", plan: "plan.json", lighthouse: true };
const names = (extra: object) => deploySteps({ ...inputs, ...extra }, async () => "").map(({ name }) => name);

test("nothing is changed before everything that can be judged beforehand was", () => {
  const steps = deploySteps({ ...inputs, bundles: "b", migrations: "m" }, async () => "");
  const firstChange = steps.findIndex(({ readOnly }) => !readOnly);
  expect(steps.slice(0, firstChange).map(({ name }) => name)).toEqual([
    "variables",
    "check",
    "test",
    "dependencies",
    "bundles",
  ]);
});

test("the schema is there before the infrastructure, and the infrastructure before the apps", () => {
  expect(names({ migrations: "m" }).slice(-4)).toEqual(["migrate", "apply", "release", "verify"]);
});

test("parts without inputs are left out, not passed", () => {
  expect(names({})).not.toContain("bundles");
  expect(names({})).not.toContain("migrate");
});

test("exactly the reviewed plan is applied", async () => {
  const commands: string[] = [];
  const steps = deploySteps(inputs, async (words) => {
    commands.push(words.join(" "));
    return "";
  });
  for (const step of steps) await step.run(new AbortController().signal);
  expect(commands).toContain("up production --cloud --plan plan.json");
  expect(steps.every(({ remedy }) => remedy.includes("./thorbis "))).toBe(true);
});
