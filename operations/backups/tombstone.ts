import { z } from "zod";
import { OperationFailure } from "../failure.ts";
import { FILE_NAME, SET_ID } from "./manifest.ts";

/** What is to be removed of a set that is no longer, or never was, a backup. It outlives a run that is killed. */
const tombstoneSchema = z.object({
  id: z.string().regex(SET_ID),
  files: z.array(z.object({ name: z.string().regex(FILE_NAME), versionId: z.string().optional() })),
});

export type Tombstone = z.infer<typeof tombstoneSchema>;

export function printTombstone({ id, files }: Tombstone): string {
  const named = files.map(({ name, versionId }) => ({ name, ...(versionId !== undefined && { versionId }) }));
  return `${JSON.stringify({ id, files: named })}\n`;
}

/** @param key where it lies, for the message */
export function parseTombstone(key: string, text: string | undefined): Tombstone {
  const parsed = tombstoneSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new OperationFailure(`the tombstone ${key} cannot be read`, { remedy: "Look at it, and remove it by hand." });
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
