/**
 * Reads what Pulumi writes down (an exported state, a checkpoint, `preview --json`) into subjects, so that the rules
 * judge it without running the program.
 */
import { isMap, list, map, type Properties, text } from "./properties.ts";
import type { PlannedStep, StepKind } from "./rule.ts";
import type { Subject } from "./subject.ts";
import { guarded, UNKNOWN, UnknownValueError } from "./unknown.ts";

export interface Recorded {
  /** With their inputs, for resource rules. */
  goals: Subject[];
  /** With their outputs, for stack rules. */
  results: Subject[];
  /** With their outputs, what a preview would change as it was before; none for a state. */
  before: Subject[];
  /** None for a state. */
  steps: PlannedStep[];
  /** `<file>` and line where the program declares a resource, when the engine wrote it down. */
  sources: Map<string, { file: string; line: number }>;
  /** True when resources that do not change are missing, so that what spans resources cannot be judged. */
  partial: boolean;
}

export class UnreadableRecordError extends Error {
  readonly exitCode = 2;
  readonly remedy =
    "Give the output of `./thorbis state export`, `pulumi stack export`, `./thorbis preview --json` or `pulumi preview --json`.";

  constructor(reason: string) {
    super(`this is neither a state nor a preview: ${reason}`);
    this.name = "UnreadableRecordError";
  }
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** What previews print for a secret. */
const PRINTED_SECRET = "[secret]";

export function readRecord(record: unknown): Recorded {
  if (!isMap(record)) throw new UnreadableRecordError("it is no JSON object");
  if (Array.isArray(record.steps)) return readPreview(record.steps.filter(isMap));
  const resources =
    map(record.deployment).resources ?? map(map(record.checkpoint).latest).resources ?? record.resources;
  if (!Array.isArray(resources)) throw new UnreadableRecordError("it has neither steps nor resources");
  return { ...read(resources.filter(isMap)), before: [], steps: [], partial: false };
}

function readPreview(steps: readonly Properties[]): Recorded {
  // A replacement is told in parts, of which two hold the new state.
  const states = new Map(
    steps
      .filter(({ newState, op }) => isMap(newState) && op !== "delete" && op !== "delete-replaced")
      .map(({ newState, urn }) => [text(urn) ?? text(map(newState).urn) ?? "", map(newState)]),
  );
  const old = new Map(
    steps
      .filter(({ oldState }) => isMap(oldState))
      .map(({ oldState, urn }) => [text(urn) ?? "", { urn, ...map(oldState) }]),
  );
  return {
    ...read([...states.values()]),
    before: read([...old.values()]).results,
    steps: plannedSteps(steps),
    // The CLI leaves unchanged resources out; a preview from nothing leaves nothing out.
    partial: !steps.every(({ op }) => op === "create" || op === "read"),
  };
}

/** The changes of a preview, the three parts of a replacement taken together. */
function plannedSteps(steps: readonly Properties[]): PlannedStep[] {
  const planned = new Map<string, PlannedStep>();
  for (const step of steps) {
    const urn = text(step.urn) ?? "";
    const op = kindOf(text(step.op) ?? "");
    if (op === undefined || (planned.get(urn)?.op === "replace" && op !== "replace")) continue;
    const before = map(step.oldState);
    const after = map(step.newState);
    const earlier = planned.get(urn);
    planned.set(urn, {
      op,
      type: text(before.type) ?? text(after.type) ?? typeOfUrn(urn),
      urn,
      name: nameOfUrn(urn),
      before: map(before.inputs),
      after: map(after.inputs),
      replaceKeys: [
        ...new Set([...(earlier?.replaceKeys ?? []), ...list(step.replaceReasons), ...list(step.keys)].map(String)),
      ],
      retainOnDelete: before.retainOnDelete === true,
    });
  }
  return [...planned.values()];
}

function kindOf(op: string): StepKind | undefined {
  if (/replace/.test(op)) return "replace";
  return (["create", "update", "delete", "same"] as const).find((kind) => kind === op);
}

function read(states: readonly Properties[]): Omit<Recorded, "before" | "steps" | "partial"> {
  const living = states.filter((state) => state.delete !== true);
  const providers = new Map(living.map((state) => [text(state.urn) ?? "", map(state.inputs)]));
  const sources: Recorded["sources"] = new Map();
  for (const state of living) {
    const found = /^project:\/\/\/(.+)#(\d+)/.exec(text(state.sourcePosition) ?? "");
    if (found !== null) sources.set(text(state.urn) ?? "", { file: fileOf(found[1] ?? ""), line: Number(found[2]) });
  }
  return {
    goals: living.map((state) => subject(state, map(state.inputs), providers)),
    results: living.map((state) => {
      const outputs = isMap(state.outputs) ? { ...map(state.inputs), ...state.outputs } : map(state.inputs);
      return subject(state, state.id === undefined ? outputs : { id: state.id, ...outputs }, providers);
    }),
    sources,
  };
}

/** Engines that load a program as a module write the module's address: `file:/…/index.ts?run=2`. */
const fileOf = (position: string): string => position.replace(/^file:/, "").replace(/\?.*$/, "");

function subject(state: Properties, raw: Properties, providers: ReadonlyMap<string, Properties>): Subject {
  const urn = text(state.urn) ?? "";
  const secrets = new Set<string>();
  const opened = open(raw, "", secrets) as Properties;
  const provider = text(state.provider)?.replace(/::[^:]*$/, "");
  return {
    type: text(state.type) ?? typeOfUrn(urn),
    name: nameOfUrn(urn),
    urn,
    props: guarded(opened),
    options: optionsOf(state),
    dependencies: list(state.dependencies).map(String),
    propertyDependencies: Object.fromEntries(
      Object.entries(map(state.propertyDependencies)).map(([property, urns]) => [property, list(urns).map(String)]),
    ),
    secrets,
    ...(text(state.parent) === undefined ? {} : { parent: text(state.parent) ?? "" }),
    ...(provider === undefined
      ? {}
      : {
          provider: {
            type: typeOfUrn(provider),
            urn: provider,
            name: nameOfUrn(provider),
            props: guarded(providers.get(provider) ?? {}),
          },
        }),
  };
}

/** Neither a state nor a preview tells deleteBeforeReplace: a rule that asks is undecided, the engine judged it before. */
function optionsOf(state: Properties): Subject["options"] {
  return {
    protect: state.protect === true,
    get deleteBeforeReplace(): boolean {
      throw new UnknownValueError(["options", "deleteBeforeReplace"]);
    },
  };
}

/** Takes envelopes off and notes where they were. A sealed value is unknown to whoever has no key. */
function open(value: unknown, path: string, secrets: Set<string>): unknown {
  if (value === PRINTED_SECRET) {
    secrets.add(path);
    return UNKNOWN;
  }
  if (Array.isArray(value)) return value.map((item, index) => open(item, `${path}[${index}]`, secrets));
  if (!isMap(value)) return value;
  if (value[SIGNATURE] === SECRET) {
    secrets.add(path);
    const plain = typeof value.plaintext === "string" ? (JSON.parse(value.plaintext) as unknown) : value.value;
    return plain === undefined ? UNKNOWN : open(plain, path, secrets);
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, open(item, path === "" ? name : `${path}.${name}`, secrets)]),
  );
}

const nameOfUrn = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);
const typeOfUrn = (urn: string): string => (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
