/** Adoption through the Pulumi CLI: `pulumi import`, then the proof; the state is put back when the proof fails. */
import * as fs from "node:fs";
import * as path from "node:path";
import {
  type Declared,
  type PlannedState,
  type PreviewStep,
  providerUrnOf,
} from "../../operations/adoption/declared.ts";
import { importFile } from "../../operations/adoption/import-file.ts";
import { proofOf } from "../../operations/adoption/proof.ts";
import { capturePulumi } from "../deployment/pulumi-cli.ts";
import type { Target } from "../deployment/target.ts";
import type { Adopter } from "./adopter.ts";

export interface CloudStack {
  cwd: string;
  stack: string;
  target: Target;
}

const pulumi = ({ cwd, stack, target }: CloudStack, ...words: string[]) =>
  capturePulumi({ directory: cwd, stack, target, arguments: words });

interface PrintedStep {
  op: string;
  urn: string;
  oldState?: PlannedState;
  newState?: PlannedState;
  diffReasons?: string[];
  replaceReasons?: string[];
}

async function previewThroughPulumi(at: CloudStack): Promise<PreviewStep[]> {
  const { steps = [] } = JSON.parse(await pulumi(at, "preview", "--json")) as { steps?: PrintedStep[] };
  return steps.map(({ op, urn, oldState, newState, diffReasons, replaceReasons }) => ({
    op,
    urn,
    ...(oldState && { old: oldState }),
    ...(newState && { new: newState }),
    ...(replaceReasons && { keys: replaceReasons }),
    ...(diffReasons && { diffs: diffReasons }),
  }));
}

/** `pulumi import` takes explicit providers from the state only; making one touches no cloud. */
async function makeProviders(at: CloudStack, declared: Declared, urns: readonly string[]): Promise<void> {
  const needed = new Set(urns.flatMap((urn) => providerUrnOf(declared.get(urn) ?? {}) ?? []));
  const missing = [...needed].filter(declared.isNew);
  if (missing.length === 0) return;
  await pulumi(at, "up", "--yes", "--skip-preview", ...missing.flatMap((urn) => ["--target", urn]));
}

export function cloudAdopter(at: CloudStack): Adopter {
  return {
    steps: () => previewThroughPulumi(at),
    adopt: async (declared, ids, may) => {
      const folder = path.join(at.cwd, ".thorbis", "adoption");
      fs.mkdirSync(folder, { recursive: true });
      const work = fs.mkdtempSync(path.join(folder, `${at.stack}-`));
      const before = path.join(work, "state-before.json");
      fs.writeFileSync(before, await pulumi(at, "stack", "export"), { mode: 0o600 });
      const imports = path.join(work, "import.json");
      fs.writeFileSync(imports, JSON.stringify(importFile(declared, ids)));
      let adopted = false;
      try {
        await makeProviders(at, declared, [...ids.keys()]);
        // Unprotected, or the proof would end at a replacement instead of naming it; the program protects what it wants.
        await pulumi(at, "import", "--file", imports, "--yes", "--generate-code=false", "--protect=false");
        const verdicts = proofOf([...ids.keys()], await previewThroughPulumi(at), { silent: true });
        adopted = may(verdicts);
        return { absent: [], verdicts };
      } finally {
        if (!adopted) await pulumi(at, "stack", "import", "--file", before);
        fs.rmSync(work, { recursive: true });
      }
    },
  };
}
