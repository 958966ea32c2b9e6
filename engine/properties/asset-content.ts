import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { PropertyMap } from "../values.ts";

/** The bytes of a text or file asset. */
export async function contentOf({ text, path, uri }: PropertyMap, directory: string): Promise<Buffer> {
  if (typeof text === "string") return Buffer.from(text);
  if (typeof path === "string") return readFile(resolve(directory, path));
  throw new Error(
    `the asset at ${String(uri)} is not local: the embedded engine reads no remote assets; use the Pulumi CLI`,
  );
}
