/** The hash of an archive as Pulumi computes it: of the file itself where it is an archive file, else of a tar. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { PropertyMap } from "../values.ts";
import { entriesOf, isArchiveFile } from "./archive-entries.ts";
import { tarOf } from "./tar.ts";

export async function archiveHash(archive: PropertyMap, directory: string): Promise<string> {
  const { path } = archive;
  const content =
    typeof path === "string" && isArchiveFile(path)
      ? await readFile(resolve(directory, path))
      : tarOf(await entriesOf(archive, directory));
  return createHash("sha256").update(content).digest("hex");
}
