/**
 * The weight of an app's pages, from the artefacts of its build (`.next`): what a browser has to fetch before the page
 * works, compressed as the edge compresses it. Bytes do not flake, so this is a hard gate before a deploy.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { z } from "zod";
import { OperationFailure } from "../failure.ts";

/** The part of Next.js's `build-manifest.json` and `app-build-manifest.json` that is read. */
const manifest = z.looseObject({
  pages: z.record(z.string(), z.array(z.string())),
  rootMainFiles: z.array(z.string()).optional(),
});

export interface PageWeight {
  page: string;
  /** Kilobytes after compression. */
  javascript: number;
  css: number;
}

export interface BundleBudget {
  javascriptKilobytes: number;
  cssKilobytes: number;
}

function read(folder: string, name: string): z.infer<typeof manifest> | undefined {
  const file = path.join(folder, name);
  if (!fs.existsSync(file)) return undefined;
  const parsed = manifest.safeParse(JSON.parse(fs.readFileSync(file, "utf8")));
  if (!parsed.success)
    throw new OperationFailure(`${file} is no build manifest of Next.js`, {
      exitCode: 2,
      remedy: "build the app again",
    });
  return parsed.data;
}

/** @throws OperationFailure when the folder holds no build, or the build names a file that is not there */
export function weighPages(folder: string): PageWeight[] {
  const manifests = ["build-manifest.json", "app-build-manifest.json"].map((name) => read(folder, name));
  const pages = Object.assign({}, ...manifests.map((each) => each?.pages)) as Record<string, string[]>;
  if (Object.keys(pages).length === 0) {
    throw new OperationFailure(`${folder} holds no build of Next.js`, {
      exitCode: 2,
      remedy: "give the app's .next folder",
    });
  }
  const shared = manifests.flatMap((each) => each?.rootMainFiles ?? []);
  const weights = new Map<string, number>();
  const weigh = (file: string) => {
    const known = weights.get(file);
    if (known !== undefined) return known;
    const full = path.join(folder, file);
    if (!fs.existsSync(full))
      throw new OperationFailure(`the build names ${file}, which is not there`, { remedy: "build the app again" });
    const weight =
      zlib.brotliCompressSync(fs.readFileSync(full), { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }).length /
      1024;
    weights.set(file, weight);
    return weight;
  };
  const sum = (files: Iterable<string>, ending: string) =>
    [...new Set(files)].filter((file) => file.endsWith(ending)).reduce((total, file) => total + weigh(file), 0);
  return Object.entries(pages).map(([page, files]) => ({
    page,
    javascript: sum([...shared, ...files], ".js"),
    css: sum([...shared, ...files], ".css"),
  }));
}

/** What is over the budget, in words, heaviest page first. */
export function tooHeavy(pages: readonly PageWeight[], budget: BundleBudget): string[] {
  const over = (page: PageWeight) =>
    [
      [page.javascript, budget.javascriptKilobytes, "JavaScript"] as const,
      [page.css, budget.cssKilobytes, "CSS"] as const,
    ].flatMap(([weight, limit, kind]) =>
      weight > limit ? [`${page.page}: ${kind} ${weight.toFixed(1)} KB is over ${limit} KB`] : [],
    );
  return [...pages].sort((left, right) => right.javascript + right.css - left.javascript - left.css).flatMap(over);
}
