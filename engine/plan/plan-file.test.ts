import type { Plan } from "../deployment/request.ts";
import { newSealer, type Sealer } from "../secrets/passphrase.ts";
import { secret, UNKNOWN } from "../values.ts";
import { configurationDifferences, parsePlan, planText } from "./plan-file.ts";

jest.setTimeout(60_000);

const urn = "urn:pulumi:s::p::t:i:T::a";
const plan: Plan = {
  resourcePlans: {
    [urn]: {
      goal: {
        type: "t:i:T",
        name: "a",
        custom: true,
        inputDiff: {
          adds: { open: [1, null], hidden: secret("sentinel") },
          deletes: ["gone"],
          updates: { b: secret(2) },
        },
        outputDiff: {},
        protect: false,
        customTimeouts: {},
      },
      steps: ["create"],
      state: { computed: secret(UNKNOWN), open: "x" },
      seed: "AAAA",
    },
  },
};
const config = {
  "p:open": { value: "x", secret: false },
  "p:deep": { value: '{"a":1}', secret: false },
  "p:token": { value: "sentinel", secret: true },
};

let sealer: Sealer;
beforeAll(async () => {
  ({ sealer } = await newSealer("p"));
});

const parse = (text: string) => parsePlan(text, "plan.json", async () => sealer);

test("a plan comes back as it was saved, and its secrets stand in the file sealed only", async () => {
  const text = planText({ plan, config }, sealer, new Date());
  expect(text).not.toContain("sentinel");
  expect(await parse(text)).toEqual({ plan, config });
});

test("the file has the CLI's form", () => {
  const document = JSON.parse(planText({ plan, config }, sealer, new Date(0)));
  expect(Object.keys(document)).toEqual(["manifest", "secrets_providers", "config", "resourcePlans"]);
  expect(document.manifest.time).toBe("1970-01-01T00:00:00.000Z");
  expect(document.config["p:token"]).toEqual({ secure: expect.stringMatching(/^v1:/) });
  expect(Object.keys(document.resourcePlans[urn])).toEqual(["goal", "steps", "state", "seed"]);
});

test("refuses what is no plan, and one that was changed by hand", async () => {
  await expect(parse("{")).rejects.toMatchObject({ exitCode: 2 });
  await expect(parse('{"manifest":{}}')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining("manifest.time"),
  });
  const text = planText({ plan, config }, sealer, new Date()).replace("v3.260.0", "v3.261.0");
  await expect(parse(text)).rejects.toThrow(/changed by hand/);
});

test("says which configuration a plan was not made for, without any secret", () => {
  const present = {
    "p:open": { value: "x", secret: false },
    "p:deep": { value: '{ "a": 1 }', secret: false },
    "p:token": { value: "another sentinel", secret: true },
    "p:new": { value: "n", secret: false },
  };
  const { "p:open": _, ...without } = present;
  expect(configurationDifferences(config, present)).toEqual([
    "p:new: is set now and was not",
    "p:token: has another value",
  ]);
  expect(configurationDifferences(config, without)).toContain("p:open: was set and is not now");
});
