/** Secrets that a change makes necessary and that no stack file holds yet: the apply would refuse them, the review says it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { tiers } from "../../stacks/environment/fields.ts";
import { missingSecrets } from "../../stacks/operator-values.ts";
import { openSession, type Session } from "./session.ts";

type Missing = typeof missingSecrets;

function missingIn({ file }: Session, missing: Missing): Set<string> {
  const environment = Object(file.values["thorbis:environment"]) as Record<string, unknown>;
  const tier = tiers.find((candidate) => candidate === environment.tier);
  if (tier === undefined || environment.operatorSecrets === "local-examples") return new Set();
  // A sealed entry counts: whether its value is right is for those to judge who may open it.
  const supplied = new Set(Object.keys(Object(file.values["thorbis:secrets"])));
  return new Set(missing(supplied, tier, environment).map(({ name }) => name));
}

/** The base's own catalogue; undefined when it has none in today's place, and then all that is missing counts as new. */
async function catalogueOf(folder: string): Promise<Missing | undefined> {
  const file = path.join(folder, "stacks", "operator-values.ts");
  if (!fs.existsSync(file)) return undefined;
  const module = (await import(pathToFileURL(file).href)) as { missingSecrets?: Missing };
  return module.missingSecrets;
}

/** @returns names, sorted */
export async function newlyMissing(head: Session, baseFolder: string): Promise<string[]> {
  const now = missingIn(head, missingSecrets);
  const catalogue = await catalogueOf(baseFolder);
  if (catalogue && fs.existsSync(path.join(baseFolder, head.file.name))) {
    for (const name of missingIn(await openSession(baseFolder, head.stack), catalogue)) now.delete(name);
  }
  return [...now].sort();
}
