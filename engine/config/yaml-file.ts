/** A YAML file of the project, read strictly: what is wrong is told with the file, the path in it and the reason. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";

/** A mistake in Pulumi.yaml or a stack file. */
export class ProjectFileError extends Error {
  override readonly name = "ProjectFileError";
  readonly exitCode = 2;
  readonly remedy: string | undefined;
  constructor(message: string, remedy?: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** `missing` is the error when there is no such file. */
export async function readYaml<T>(file: string, schema: z.ZodType<T>, missing: ProjectFileError): Promise<T> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw missing;
    throw new ProjectFileError(`${file}: it cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const name = path.basename(file);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    const reasons = document.errors.map((error) => {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      return `${name}:${line}:${col}: ${error.message}`;
    });
    throw new ProjectFileError(reasons.join("\n"));
  }
  const parsed = schema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `${name}: ${issue.path.join(".") || "(top)"}: ${issue.message}`);
  throw new ProjectFileError(reasons.join("\n"));
}
