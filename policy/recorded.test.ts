import { readRecord } from "./recorded.ts";
import { STACK_URN, urnOf } from "./testing.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const provider = "urn:pulumi:production::shop::pulumi:providers:aws::main";
const urn = urnOf("aws:ssm/parameter:Parameter", "parameter");
const root = { urn: STACK_URN, type: "pulumi:pulumi:Stack" };
const state = {
  urn,
  type: "aws:ssm/parameter:Parameter",
  id: "p-1",
  inputs: {
    name: "a",
    value: { [SIGNATURE]: SECRET, plaintext: '"x"' },
    sealed: { [SIGNATURE]: SECRET, ciphertext: "v1:x" },
  },
  outputs: { name: "a", arn: "arn:p" },
  provider: `${provider}::id-1`,
  protect: true,
  parent: STACK_URN,
  propertyDependencies: { name: [STACK_URN] },
  sourcePosition: "project:///stacks/shop.ts#12,3",
};
const exported = {
  version: 3,
  deployment: {
    resources: [
      root,
      { urn: provider, type: "pulumi:providers:aws", inputs: { region: "us-east-1" } },
      state,
      { ...state, delete: true },
    ],
  },
};

test("reads an exported state: inputs and outputs apart, the old halves of replacements left out", () => {
  const record = readRecord(exported);
  expect(record.goals).toHaveLength(3);
  const [, , goal] = record.goals;
  expect(goal).toMatchObject({
    name: "parameter",
    urn,
    options: { protect: true },
    parent: STACK_URN,
    propertyDependencies: { name: [STACK_URN] },
  });
  expect(goal?.provider?.props.region).toBe("us-east-1");
  expect(record.results[2]?.props.arn).toBe("arn:p");
  expect(record.results[2]?.props.id).toBe("p-1");
  expect(record.partial).toBe(false);
});

test("opens secrets, notes where they were, and does not know sealed ones", () => {
  const goal = readRecord(exported).goals[2];
  expect(goal?.secrets).toEqual(new Set(["value", "sealed"]));
  expect(goal?.props.value).toBe("x");
  expect(() => goal?.props.sealed).toThrow("value at sealed is not known before the apply");
});

test("does not pretend to know an option that no record holds", () => {
  expect(() => readRecord(exported).goals[2]?.options.deleteBeforeReplace).toThrow(
    "options.deleteBeforeReplace is not known",
  );
});

test("keeps where the program declares a resource", () => {
  expect(readRecord(exported).sources.get(urn)).toEqual({ file: "stacks/shop.ts", line: 12 });
});

test("takes a module's address for its file", () => {
  const elsewhere = { ...state, sourcePosition: "project:///file:/shop/index.ts?run=2#3,1" };
  expect(readRecord({ deployment: { resources: [elsewhere] } }).sources.get(urn)).toEqual({
    file: "/shop/index.ts",
    line: 3,
  });
});

test("reads a checkpoint", () => {
  expect(readRecord({ version: 3, checkpoint: { latest: { resources: [root] } } }).goals).toHaveLength(1);
});

test("reads a preview: what will be, the secrets that it hides, and the steps", () => {
  const newState = { ...state, inputs: { name: "[unknown]", value: "[secret]" }, outputs: undefined };
  const record = readRecord({
    steps: [
      { op: "create", urn: STACK_URN, newState: root },
      { op: "create-replacement", urn, oldState: state, newState, replaceReasons: ["name"] },
      { op: "replace", urn, oldState: state, newState },
      { op: "delete-replaced", urn, oldState: state },
      {
        op: "delete",
        urn: urnOf("aws:sns/topic:Topic", "old"),
        oldState: { type: "aws:sns/topic:Topic", inputs: { name: "o" }, retainOnDelete: true },
      },
    ],
  });
  expect(
    record.steps.map(({ name, op, replaceKeys, retainOnDelete }) => [name, op, replaceKeys, retainOnDelete]),
  ).toEqual([
    ["shop-production", "create", [], false],
    ["parameter", "replace", ["name"], false],
    ["old", "delete", [], true],
  ]);
  expect(record.goals.map((found) => found.name)).toEqual(["shop-production", "parameter"]);
  expect(record.before.map((found) => found.name)).toEqual(["parameter", "old"]);
  const goal = record.goals.find((found) => found.urn === urn);
  expect(goal?.secrets).toEqual(new Set(["value"]));
  expect(() => goal?.props.name).toThrow("name is not known");
  expect(record.partial).toBe(true);
});

test("takes a preview from nothing for the whole stack", () => {
  expect(readRecord({ steps: [{ op: "create", urn: STACK_URN, newState: root }] }).partial).toBe(false);
});

test.each([null, 1, [], {}, { deployment: {} }])("refuses %j", (record) => {
  expect(() => readRecord(record)).toThrow("this is neither a state nor a preview");
});
