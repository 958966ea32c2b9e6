import type { EngineEvent, StepMetadata, StepOp } from "../events.ts";
import type { ResourceState } from "../state/resource.ts";
import { type PropertyMap, secret, UNKNOWN } from "../values.ts";
import type { DisplayOptions } from "./display.ts";
import { openDisplay } from "./open.ts";
import { propertyChanges } from "./property-changes.ts";
import { clip } from "./terminal.ts";

const TYPE = "aws:s3/bucket:Bucket";
const urn = (name: string, type = TYPE) => `urn:pulumi:dev::thorbis::${type}::${name}`;
const state = (name: string, inputs: PropertyMap, extra: Partial<ResourceState> = {}): ResourceState => ({
  urn: urn(name),
  custom: true,
  type: TYPE,
  inputs,
  ...extra,
});
const step = (op: StepOp, name: string, extra: Partial<StepMetadata> = {}): StepMetadata => ({
  op,
  urn: urn(name),
  type: TYPE,
  ...extra,
});
const summary = (changes: Partial<Record<StepOp, number>>): EngineEvent => ({
  kind: "summary",
  changes,
  durationMilliseconds: 1234,
  maybeCorrupt: false,
});

function shown(events: EngineEvent[], overrides: Partial<DisplayOptions> = {}): string {
  let text = "";
  const display = openDisplay({
    kind: "people",
    command: "preview",
    planning: true,
    diff: false,
    write: (more) => {
      text += more;
    },
    colour: false,
    config: {},
    ...overrides,
  });
  for (const event of events) display.event(event);
  display.finish();
  return text;
}

const pre = (metadata: StepMetadata, planning = true): EngineEvent => ({
  kind: "resource-pre",
  step: metadata,
  planning,
});
const ended = (metadata: StepMetadata): EngineEvent => ({ kind: "resource-outputs", step: metadata, planning: false });

describe("for people", () => {
  test("a preview tells one line a change, then counts and time, and is silent about what stays the same", () => {
    const text = shown([
      pre(step("same", "quiet")),
      pre(step("update", "a", { diffs: ["tags"] })),
      pre(step("create", "p", { urn: urn("p", "pulumi:providers:aws"), type: "pulumi:providers:aws" })),
      summary({ same: 3, update: 1 }),
    ]);
    expect(text).toBe(" ~ aws:s3:Bucket a update [tags]\nResources: 4\n ~ 1 to update\n   3 unchanged\nTime: 1.2 s\n");
  });

  test("a replacement is one line in a preview, with the property that forces it", () => {
    const halves: StepOp[] = ["create-replacement", "replace", "delete-replaced"];
    const text = shown([...halves.map((op) => pre(step(op, "a", { keys: ["bucket"] }))), summary({ replace: 1 })]);
    expect(text.split("\n")[0]).toBe("+- aws:s3:Bucket a replace [bucket]");
    expect(text.match(/aws:s3:Bucket/g)).toHaveLength(1);
  });

  test("an apply tells what is over, with its time, and what failed", () => {
    const text = shown(
      [
        pre(step("create", "a"), false),
        ended(step("create", "a")),
        pre(step("create", "b"), false),
        { kind: "resource-failed", step: step("create", "b") },
      ],
      { command: "up", planning: false },
    );
    expect(text).toMatch(/ \+ aws:s3:Bucket a created \(0\.0 s\)\n ! aws:s3:Bucket b creating failed\n/);
  });

  test("errors come last, with the resource that they are about", () => {
    const text = shown([
      { kind: "diagnostic", severity: "error", message: "bad name", urn: urn("a") },
      { kind: "diagnostic", severity: "info", message: "hello" },
      summary({}),
    ]);
    expect(text).toBe("hello\nerror a (aws:s3:Bucket): bad name\nNo resources.\nTime: 1.2 s\n");
  });

  test("a policy violation names rule, level and resource; unknown results are counted and never hidden", () => {
    const finding = { pack: "p", packVersion: "1", policy: "aws-s3-private", urn: urn("a"), message: "is public" };
    const text = shown([
      { kind: "policy-violation", level: "mandatory", ...finding },
      { kind: "policy-unknown", level: "mandatory", pack: "p", policy: "x", urn: urn("a"), message: "arn" },
    ]);
    expect(text).toContain("policy mandatory aws-s3-private on a\n    is public");
    expect(text).toContain("1 results are unknown before the apply");
  });

  test("--diff shows the properties and never a secret", () => {
    const change = step("update", "a", {
      old: state("a", { token: secret("sentinel-old"), tags: { x: "1" }, gone: true }),
      new: state("a", { token: secret("sentinel-new"), tags: { x: "2" }, arn: UNKNOWN }),
    });
    const text = shown([pre(change)], { diff: true });
    expect(text).not.toContain("sentinel");
    expect(text).toContain("~ token: [secret] => [secret]");
    expect(text).toContain('~ x: "1" => "2"');
    expect(text).toContain("- gone: true");
    expect(text).toContain("+ arn: [unknown]");
  });

  test("nothing is redrawn when the output is no terminal", () => {
    expect(shown([pre(step("create", "a"), false), summary({ create: 1 })], { planning: false })).not.toContain(
      "\u001b",
    );
  });
});

describe("property changes", () => {
  test("of hidden properties say that they differ and not how", () => {
    const lines = propertyChanges({ script: "long", a: 1 }, { script: "longer", a: 1 }, ["script"]);
    expect(lines.map(({ text }) => text)).toEqual(["script: [difference hidden]"]);
  });

  test("inside lists name the position", () => {
    expect(propertyChanges({ list: [1, 2] }, { list: [1, 3] }).map(({ text }) => text)).toEqual([
      "list: [",
      "[1]: 2 => 3",
      "]",
    ]);
  });
});

describe("--json", () => {
  const document = (events: EngineEvent[]) =>
    JSON.parse(
      shown(events, {
        kind: "json",
        config: {
          "thorbis:key": { value: "plain", secret: false },
          "thorbis:token": { value: "sentinel", secret: true },
        },
      }),
    );

  test("blinds secrets of the configuration and of states", () => {
    const create = step("create", "a", { new: state("a", { token: secret("sentinel") }) });
    const result = document([pre(create), summary({ create: 1 })]);
    expect(JSON.stringify(result)).not.toContain("sentinel");
    expect(result.config["thorbis:token"]).toBe("[secret]");
    expect(result.steps[0].newState.inputs.token).toBe("[secret]");
  });

  test("has steps for what changes, none for what stays, one for a replacement, and always the stack's", () => {
    const stack = "urn:pulumi:dev::thorbis::pulumi:pulumi:Stack::thorbis-dev";
    const result = document([
      pre(step("same", "stack", { urn: stack, type: "pulumi:pulumi:Stack" })),
      pre(step("same", "quiet")),
      pre(step("create-replacement", "a")),
      pre(step("replace", "a", { keys: ["bucket"], diffs: ["bucket", "tags"] })),
      pre(step("delete-replaced", "a")),
      summary({ same: 2, replace: 1 }),
    ]);
    expect(result.steps.map(({ op }: { op: string }) => op)).toEqual(["same", "replace"]);
    expect(result.steps[1]).toMatchObject({
      replaceReasons: ["bucket"],
      diffReasons: ["bucket", "tags"],
      detailedDiff: null,
    });
    expect(result.duration).toBe(1_234_000_000);
    expect(result.changeSummary).toEqual({ same: 2, replace: 1 });
  });

  test("leaves debug and passing messages out", () => {
    const result = document([
      { kind: "diagnostic", severity: "debug", message: "a" },
      { kind: "diagnostic", severity: "info", message: "b", ephemeral: true },
      { kind: "diagnostic", severity: "warning", message: "c", urn: urn("x") },
    ]);
    expect(result.diagnostics).toEqual([{ urn: urn("x"), message: "c", severity: "warning" }]);
  });
});

test("a line is clipped to the width of the terminal without counting its colours", () => {
  expect(clip("\u001b[32mabcdef\u001b[39m", 4)).toBe("\u001b[32mabc\u001b[0m");
  expect(clip("abc", 10)).toBe("abc");
});
