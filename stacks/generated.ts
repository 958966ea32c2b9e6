/** Texts that are made of the schema and the catalogue, so that they can't tell something else. */
import { z } from "zod";
import { tiers } from "./environment/fields.ts";
import { environmentSchema } from "./environment/schema.ts";
import { exampleOf, type Variable, variables } from "./variables.ts";

export interface GeneratedFile {
  /** Relative to the project's root. */
  readonly path: string;
  readonly text: string;
}

/** Every generated file; `npm run generate` writes them, and a test says when one is stale. */
export function generatedFiles(): readonly GeneratedFile[] {
  return [
    { path: "stacks/environment.schema.json", text: editorSchema() },
    { path: ".env.example", text: environmentExample() },
    { path: "docs/variables.md", text: variablesGuide() },
  ];
}

/** JSON Schema of a whole stack file, for editors (`# yaml-language-server: $schema=…`). */
function editorSchema(): string {
  const environment = z.toJSONSchema(environmentSchema, { target: "draft-7" });
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of the platform",
    type: "object",
    properties: {
      encryptionsalt: { type: "string" },
      secretsprovider: { type: "string" },
      config: {
        type: "object",
        properties: { "thorbis:environment": environment, "thorbis:secrets": { type: "object" } },
        required: ["thorbis:environment"],
      },
    },
    required: ["config"],
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** What a developer's `.env.local` looks like. */
function environmentExample(): string {
  const lines = variables
    .filter(({ receivers, tiers: where }) => where.includes("development") && !receivers.includes("platform"))
    .map(
      (variable) =>
        `# ${variable.description}${variable.requiredIn.includes("development") ? "" : " (optional)"}; ${receiversText(variable)}\n` +
        `${variable.name}=${exampleOf(variable, "development")}\n`,
    );
  return (
    "# Made of stacks/variables by `npm run generate`. Real values for this machine: ./thorbis env pull\n\n" +
    lines.join("\n")
  );
}

function variablesGuide(): string {
  const header =
    "# Variables\n\n" +
    "Made of `stacks/variables` by `npm run generate`: do not edit.\n\n" +
    "Secrets that a person supplies are set with `pulumi config set --secret --path 'thorbis:secrets.NAME'`; other\n" +
    "values that a person supplies stand under `variables` in the stack file. The rest is made or derived.\n\n" +
    "| variable | what it is for | who gets it | from | exposure | needed in | must be |\n" +
    "| --- | --- | --- | --- | --- | --- | --- |\n";
  return header + variables.map(row).join("");
}

function row(variable: Variable): string {
  const { description, exposure, format, name, requiredIn, requiredWhen, source } = variable;
  const needed = requiredIn.length === tiers.length ? "everywhere" : requiredIn.join(", ");
  const sometimes = requiredWhen === undefined ? needed || "nowhere" : "where the stack file says so";
  return `| \`${name}\` | ${description} | ${receiversText(variable)} | ${sourceText(source)} | ${exposure} | ${sometimes} | ${format.expects("production")} |\n`;
}

function receiversText({ receivers }: Variable): string {
  return receivers.join(", ");
}

function sourceText(source: Variable["source"]): string {
  switch (source.kind) {
    case "operator":
      return "a person";
    case "generated":
      return `made here (${source.length} characters)`;
    case "derived":
      return `a resource (${source.from})`;
    case "setting":
      return "the stack file";
    case "alias":
      return `the same as \`${source.name}\``;
  }
}
