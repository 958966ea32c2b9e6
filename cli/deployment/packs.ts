/** The policy packs of a run, started beside the program. */
import { access } from "node:fs/promises";
import * as path from "node:path";
import type { Analyzer } from "../../engine/analyzer.ts";
import { readPolicyConfiguration } from "../../engine/policy/configuration.ts";
import { startPolicyPack } from "../../engine/policy/pack.ts";
import { organization } from "../../engine/state/layout.ts";
import type { Flags } from "./flags.ts";
import type { Session } from "./session.ts";
import { UsageError } from "./usage-error.ts";

export interface Packs {
  analyzers: Promise<Analyzer>[];
  close(): Promise<void>;
}

/** Called before anything else of a run is made ready: a pack has a process of its own to start in meanwhile. */
export async function startPacks(session: Session, flags: Flags, preview: boolean): Promise<Packs> {
  const directories = await packDirectories(session, flags);
  const configurations = flags.policyPackConfig ?? [];
  if (configurations.length > directories.length) {
    throw new UsageError("there are more --policy-pack-config files than policy packs");
  }
  if (directories.length === 0) return { analyzers: [], close: async () => undefined };
  const analyzers = directories.map(async (directory, index): Promise<Analyzer> => {
    const file = configurations[index];
    return startPolicyPack({
      directory,
      organization,
      project: session.project.name,
      stack: session.stack,
      preview,
      config: session.config,
      compileCache: path.join(session.local, "cache", "node"),
      ...(file !== undefined && { configuration: await readPolicyConfiguration(file) }),
    });
  });
  // A pack that fails is told by whoever asks it; nobody may have asked yet.
  for (const analyzer of analyzers) analyzer.catch(() => undefined);
  return {
    analyzers,
    async close() {
      const started = await Promise.allSettled(analyzers);
      await Promise.all(started.map((each) => (each.status === "fulfilled" ? each.value.close() : undefined)));
    },
  };
}

async function packDirectories(session: Session, { policyPack }: Flags): Promise<string[]> {
  if (policyPack === false) return [];
  if (Array.isArray(policyPack)) return policyPack.map((directory) => path.resolve(directory));
  const usual = path.join(session.project.directory, "policy");
  try {
    await access(path.join(usual, "PulumiPolicy.yaml"));
    return [usual];
  } catch {
    return [];
  }
}
