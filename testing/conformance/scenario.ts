/** Scenario files and recordings: what a run is given and what it did. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PropertyMap } from "../../engine/values.ts";

/** What a scenario expects of a step, in few words. */
export interface Facts {
  succeeds: boolean;
  changes: Record<string, number>;
  /** `<op> <name>` of every step but those of the stack and of default providers, sorted. */
  steps?: string[];
  /** `<call> <name>` of every call that changed the world, sorted. */
  effects?: string[];
  /** Names of the resources that errors blame. */
  errors?: string[];
  /** `<policy> <level> <name>` of what the rules said, sorted. */
  policies?: string[];
  /** By name, with `(old)` for what waits for its deletion: inputs and flags. */
  state: Record<string, Record<string, unknown>>;
}

export interface ScenarioStep {
  command?: "up" | "preview" | "refresh" | "destroy";
  /** Further arguments, as the Pulumi CLI takes them. */
  args?: string[];
  /** What changes behind the engine's back before the step: by id, null for gone. */
  world?: Record<string, PropertyMap | null>;
  program?: Record<string, unknown>;
  /** What must come of it; absent in scenarios whose recordings are compared instead. */
  expect?: Facts;
}

export interface Scenario {
  about: string;
  config?: Record<string, unknown>;
  secretConfig?: Record<string, string>;
  policies?: Record<string, unknown>[];
  steps: ScenarioStep[];
}

export interface RecordedStep {
  command: string;
  exit: number;
  steps: { op: string; urn: string; diffs?: string[]; keys?: string[] }[];
  changes: Record<string, number>;
  diagnostics: { severity: string; urn?: string; message: string }[];
  policies?: Record<string, unknown>[];
  providerCalls: Record<string, unknown>[];
  state: Record<string, unknown>[];
  pendingOperations: { type: string; urn: string }[];
  world: Record<string, unknown>;
}

export interface Recording {
  engine: string;
  scenario: string;
  about: string;
  steps: RecordedStep[];
}

export const scenarioNames = (directory: string): string[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();

export const readScenario = (directory: string, name: string): Scenario =>
  JSON.parse(readFileSync(join(directory, `${name}.json`), "utf8"));

/** Ids of providers come by chance: they say nothing but that there is one. */
export const withoutUuids = (step: RecordedStep): RecordedStep =>
  JSON.parse(JSON.stringify(step).replace(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, "<uuid>"));
