import { z } from "zod";
import { messageOf, OperationFailure } from "../failure.ts";
import { type Manifest, readManifest, SET_ID } from "./manifest.ts";
import type { Store } from "./store.ts";
import { workers } from "./workers.ts";

/** A later finding about a promoted set. The manifest never changes; what is learned about it stands beside it. */
const proofSchema = z.strictObject({
  kind: z.enum(["verified", "restored", "damaged"]),
  at: z.iso.datetime(),
  operator: z.string(),
  detail: z.string(),
});
export type Proof = z.infer<typeof proofSchema>;

export interface BackupSet {
  manifest: Manifest;
  proofs: readonly Proof[];
  /** "verified": decrypted and listed before its promotion; "restored": proved by a drill; "damaged": found broken later. */
  standing: "verified" | "restored" | "damaged";
}

/** A set under the place of promoted ones that cannot be believed; never hidden, never used. */
export interface UntrustedSet {
  id: string;
  reason: string;
}

export interface SetCatalogue {
  sets: readonly BackupSet[];
  untrusted: readonly UntrustedSet[];
}

/**
 * Where everything lies. A stolen writer of backups needs rights on `incoming/` and to add to `sets/`, and none to read
 * or delete what is promoted.
 */
export function layout(prefix: string) {
  return {
    incoming: `${prefix}/incoming/`,
    incomingSet: (id: string) => `${prefix}/incoming/${id}/`,
    sets: `${prefix}/sets/`,
    set: (id: string) => `${prefix}/sets/${id}/`,
    manifest: (id: string) => `${prefix}/sets/${id}/manifest.json`,
    signature: (id: string) => `${prefix}/sets/${id}/manifest.json.sig`,
    proofs: (id: string) => `${prefix}/sets/${id}/proofs/`,
    tombstones: `${prefix}/tombstones/`,
    tombstone: (id: string) => `${prefix}/tombstones/${id}.json`,
    drills: `${prefix}/drills/`,
  };
}

/** A request takes milliseconds and a set three of them: a year of sets would take a minute, one after the other. */
const QUESTIONS_AT_A_TIME = 8;

/** Promoted sets, oldest first by the time of their snapshot. A set is promoted when its manifest stands in its place. */
export async function readCatalogue(
  store: Store,
  prefix: string,
  verifyKey: string | undefined,
): Promise<SetCatalogue> {
  const ids = (await store.listFolders(layout(prefix).sets)).filter((id) => SET_ID.test(id));
  const sets: BackupSet[] = [];
  const untrusted: UntrustedSet[] = [];
  const asking = workers(QUESTIONS_AT_A_TIME);
  const read = async (id: string): Promise<void> => {
    try {
      const set = await readSet(store, prefix, id, verifyKey);
      if (set !== undefined) sets.push(set);
    } catch (error) {
      untrusted.push({ id, reason: messageOf(error) });
    }
  };
  await Promise.all(ids.map((id) => asking(() => read(id))));
  untrusted.sort((a, b) => a.id.localeCompare(b.id));
  sets.sort((a, b) => a.manifest.createdAt.localeCompare(b.manifest.createdAt));
  return { sets, untrusted };
}

/** One promoted set; undefined when there is none of that id. */
export async function readSet(
  store: Store,
  prefix: string,
  id: string,
  verifyKey: string | undefined,
): Promise<BackupSet | undefined> {
  if (!SET_ID.test(id)) throw new OperationFailure(`${id} is not the id of a set`, { exitCode: 2 });
  const where = layout(prefix);
  const text = await store.getText(where.manifest(id));
  if (text === undefined) return undefined;
  const [signature, kept] = await Promise.all([store.getText(where.signature(id)), store.list(where.proofs(id))]);
  const manifest = readManifest(id, text, signature, verifyKey);
  const proofs: Proof[] = [];
  for (const { key } of kept) {
    const parsed = proofSchema.safeParse(JSON.parse((await store.getText(key)) ?? "null"));
    if (parsed.success) proofs.push(parsed.data);
  }
  proofs.sort((a, b) => a.at.localeCompare(b.at));
  return { manifest, proofs, standing: standingOf(proofs) };
}

function standingOf(proofs: readonly Proof[]): BackupSet["standing"] {
  if (proofs.at(-1)?.kind === "damaged") return "damaged";
  return proofs.some(({ kind }) => kind === "restored") ? "restored" : "verified";
}

export async function writeProof(store: Store, prefix: string, id: string, proof: Proof): Promise<void> {
  const name = proof.at.replace(/[-:.]/g, "");
  await store.putText(`${layout(prefix).proofs(id)}${name}-${proof.kind}.json`, `${JSON.stringify(proof)}\n`);
}

/** Which set a person means. */
export type SetChoice = { kind: "latest" } | { kind: "id"; id: string } | { kind: "before"; date: Date };

/** Finds a set that can be restored; a damaged or untrusted one is refused by name rather than skipped in silence. */
export function chooseSet(catalogue: SetCatalogue, choice: SetChoice): BackupSet {
  if (choice.kind === "id") {
    const bad = catalogue.untrusted.find(({ id }) => id === choice.id);
    if (bad !== undefined) throw new OperationFailure(bad.reason);
    const found = catalogue.sets.find(({ manifest }) => manifest.id === choice.id);
    if (found === undefined)
      throw new OperationFailure(`there is no set ${choice.id}`, {
        exitCode: 2,
        remedy: "List them: ./thorbis backup list",
      });
    if (found.standing === "damaged")
      throw new OperationFailure(`the set ${choice.id} was found damaged: ${found.proofs.at(-1)?.detail ?? ""}`);
    return found;
  }
  const usable = catalogue.sets.filter(({ standing }) => standing !== "damaged");
  const limit = choice.kind === "before" ? choice.date.toISOString() : undefined;
  const found = usable.filter(({ manifest }) => limit === undefined || manifest.createdAt <= limit).at(-1);
  if (found === undefined) {
    throw new OperationFailure(
      limit === undefined ? "there is no verified backup" : `there is no verified backup from before ${limit}`,
      {
        remedy: "List what there is: ./thorbis backup list",
      },
    );
  }
  return found;
}
