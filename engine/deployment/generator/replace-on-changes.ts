/** The option replaceOnChanges: changes of some properties replace the resource although the provider would update it. */

import { type PropertyPath, parsePath, pathContains } from "../../properties/path.ts";
import type { DiffKind, DiffResult } from "../../provider.ts";

/** Stands for "the resource was made, but never got ready" in paths. */
const INIT_ERROR = "#initerror";

const replacing: Record<DiffKind, DiffKind> = {
  add: "add-replace",
  "add-replace": "add-replace",
  delete: "delete-replace",
  "delete-replace": "delete-replace",
  update: "update-replace",
  "update-replace": "update-replace",
};

export function withReplaceOnChanges(diff: DiffResult, replaceOnChanges: string[], hasInitErrors: boolean): DiffResult {
  if (diff.changes !== "some" && !hasInitErrors) return diff;
  const paths = replaceOnChanges.map((text) => {
    const path = parsePath(text);
    if (path === undefined) throw new Error(`replaceOnChanges: '${text}' is no property path`);
    return path;
  });
  if (paths.length === 0) return diff;
  const covers = (text: string): boolean => {
    const other: PropertyPath | undefined = parsePath(text);
    return other !== undefined && paths.some((path) => pathContains(path, other));
  };
  const replaces = new Set([...diff.replaces, ...diff.diffs.filter(covers)]);
  const detailedDiff =
    diff.detailedDiff &&
    Object.fromEntries(
      Object.entries(diff.detailedDiff).map(([path, detail]) => [
        path,
        covers(path) ? { ...detail, kind: replacing[detail.kind] } : detail,
      ]),
    );
  const neverReady = hasInitErrors && covers(INIT_ERROR);
  if (neverReady) replaces.add(INIT_ERROR);
  return {
    ...diff,
    replaces: [...replaces],
    changes: neverReady ? "some" : diff.changes,
    ...(detailedDiff && { detailedDiff }),
  };
}
