/** The file of `pulumi import --file`: what is taken over, under which name, below which component, by which provider. */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";
import { nameOf, typeOf } from "../urn.ts";
import { type Declared, isStack, type PlannedState, providerUrnOf } from "./declared.ts";

const specSchema = z.strictObject({
  type: z.string().min(1),
  /** By which other entries refer to this one. */
  name: z.string().min(1),
  /** The resource's name in the program. */
  logicalName: z.string().min(1),
  /** None for a component: it is not in any cloud. */
  id: z.string().min(1).optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  component: z.literal(true).optional(),
});
const fileSchema = z.strictObject({
  /** What is in the state already, by the name used here. */
  nameTable: z.record(z.string(), z.string()),
  resources: z.array(specSchema).min(1),
});

export type ImportSpec = z.infer<typeof specSchema>;
export type ImportFile = z.infer<typeof fileSchema>;

/** Names that are unique in the file, whatever the resources of the program are called. */
class Names {
  readonly #byUrn = new Map<string, string>();
  readonly #taken = new Set<string>();

  of(urn: string): string {
    const known = this.#byUrn.get(urn);
    if (known !== undefined) return known;
    const type = typeOf(urn).split(":").at(-1) ?? "";
    const candidates = [nameOf(urn), `${nameOf(urn)}-${type}`, urn];
    const name = candidates.find((candidate) => !this.#taken.has(candidate)) ?? urn;
    this.#taken.add(name);
    this.#byUrn.set(urn, name);
    return name;
  }
}

/** @param chosen ids by URN, of resources that {@link Declared.isNew} */
export function importFile(declared: Declared, chosen: ReadonlyMap<string, string>): ImportFile {
  const names = new Names();
  const nameTable: Record<string, string> = {};
  const specs = new Map<string, ImportSpec>();
  const refer = (urn: string): string => {
    const name = names.of(urn);
    if (!specs.has(urn)) nameTable[name] = urn;
    return name;
  };
  const enter = (state: PlannedState, extra: Pick<ImportSpec, "id" | "component">): void => {
    const { urn, type, parent } = state;
    const provider = extra.component ? undefined : providerUrnOf(state);
    specs.set(urn, {
      type,
      name: names.of(urn),
      logicalName: nameOf(urn),
      ...extra,
      // What lies directly below the stack has no parent in the file.
      ...(parent !== undefined && !isStack(parent) && { parent: refer(parent) }),
      ...(provider !== undefined && { provider: refer(provider) }),
    });
  };
  for (const [urn, id] of chosen) {
    for (const owner of declared.owners(urn))
      if (declared.isNew(owner.urn) && !specs.has(owner.urn)) enter(owner, { component: true });
    const state = declared.get(urn);
    if (state) enter(state, { id });
  }
  return { nameTable, resources: [...specs.values()] };
}

/** @throws OperationFailure naming every fault with its path */
export function parseImportFile(json: string, file: string): ImportFile {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    throw new OperationFailure(`${file} is not JSON`, { exitCode: 2, remedy: "write it anew: ./thorbis adopt plan" });
  }
  const parsed = fileSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 10).map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new OperationFailure(`${file} is no import file of ./thorbis adopt plan:\n${faults.join("\n")}`, {
    exitCode: 2,
    remedy: "mend what is named above, or write the file anew: ./thorbis adopt plan",
  });
}

/** The URN of every resource with an id in the file, as this program declares it. @throws OperationFailure where there is none */
export function chosenIn(file: ImportFile, declared: Declared): Map<string, string> {
  const chosen = new Map<string, string>();
  const faults: string[] = [];
  for (const { type, logicalName, id } of file.resources) {
    if (id === undefined) continue;
    const found = declared.named(`${type}::${logicalName}`);
    const [only] = found;
    if (only && found.length === 1) chosen.set(only.urn, id);
    else faults.push(`  ${type}::${logicalName}: the program declares ${found.length === 0 ? "none" : "several"}`);
  }
  if (faults.length === 0) return chosen;
  throw new OperationFailure(`the import file does not fit the program:\n${faults.join("\n")}`, {
    exitCode: 2,
    remedy: "write the file anew: ./thorbis adopt plan",
  });
}
