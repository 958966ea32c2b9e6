/** A policy pack in a temporary folder, of the rules that one test needs. */
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";

export interface TrialPack {
  readonly directory: string;
  remove(): Promise<void>;
}

/** The SDK is this repository's. `manifest` is laid over a package.json without a name. */
export async function trialPack(source: string, manifest: object = {}): Promise<TrialPack> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "policy-"));
  await symlink(path.resolve(__dirname, "../node_modules"), path.join(directory, "node_modules"));
  const described = { version: "0.0.1", type: "module", main: "index.js", ...manifest };
  const files = {
    "PulumiPolicy.yaml": "runtime: nodejs\n",
    "package.json": JSON.stringify(described),
    "index.js": source,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text);
  return { directory, remove: () => rm(directory, { recursive: true }) };
}
