/** Pulumi.yaml: what the project is called, where its program begins, and which stacks there are beside it. */
import { readdir } from "node:fs/promises";
import * as path from "node:path";
import { z } from "zod";
import { ProjectFileError, readYaml } from "./yaml-file.ts";

const configEntry = z.union([
  z.looseObject({ default: z.unknown().optional(), value: z.unknown().optional() }),
  z.unknown(),
]);

const schema = z.looseObject({
  name: z.string({ error: "the project needs a name" }).regex(/^[A-Za-z0-9_.-]{1,100}$/, {
    error: "must be 1 to 100 letters, digits, hyphens, underscores or periods",
  }),
  runtime: z.union([z.string(), z.looseObject({ name: z.string() })], { error: "the project needs a runtime" }),
  main: z.string().optional(),
  config: z.record(z.string(), configEntry).optional(),
});

export interface Project {
  directory: string;
  name: string;
  /** The program's entry file, relative to the folder. */
  main: string;
  /** Values for keys that a stack does not set. */
  defaults: Record<string, unknown>;
}

/** Errors: {@link ProjectFileError}. */
export async function readProject(directory: string): Promise<Project> {
  const file = path.join(directory, "Pulumi.yaml");
  const missing = new ProjectFileError(
    `${file}: there is no such file`,
    "Run the command in the folder of a Pulumi project.",
  );
  const project = await readYaml(file, schema, missing);
  const runtime = typeof project.runtime === "string" ? project.runtime : project.runtime.name;
  if (runtime !== "nodejs") {
    throw new ProjectFileError(
      `Pulumi.yaml: runtime: the embedded engine runs Node.js programs, not '${runtime}'`,
      "Use the Pulumi CLI (--engine pulumi).",
    );
  }
  return {
    directory,
    name: project.name,
    main: project.main ?? "index.ts",
    defaults: defaultsOf(project.config ?? {}),
  };
}

function defaultsOf(config: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(config).flatMap(([key, entry]): [string, unknown][] => {
    const declared = typeof entry === "object" && entry !== null && !Array.isArray(entry);
    if (!declared) return [[key, entry]];
    const { default: preset, value } = entry as { default?: unknown; value?: unknown };
    const given = value ?? preset;
    return given === undefined ? [] : [[key, given]];
  });
  return Object.fromEntries(entries);
}

/** The names of the stacks that have a file, sorted: adding a stack is adding a file. */
export async function listStacks(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).map((name) => /^Pulumi\.([A-Za-z0-9_.-]+)\.ya?ml$/.exec(name)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}
