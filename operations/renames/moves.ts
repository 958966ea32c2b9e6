/**
 * Where an alias belongs when a resource moved: at the outermost resource that has a new identity, since Pulumi hands
 * a parent's former identity down to its children. Pure: the two sides may be states, plans or golden graphs.
 */

export interface Placed {
  type: string;
  name: string;
  /** The key of its owner on the same side; none below the stack. */
  parent?: string;
}

/** By any key that is unique on its side. */
export type Side = ReadonlyMap<string, Placed>;

export interface Move {
  from: string;
  to: string;
  /** The option to add to `to`, as TypeScript. */
  alias: string;
}

const ROOT = "pulumi:pulumi:Stack";

/** An owner as an expression that holds in every stack: no URN, since that names one. */
function expressionOf(key: string | undefined, side: Side): string {
  const placed = key === undefined ? undefined : side.get(key);
  if (!placed || placed.type === ROOT) return "pulumi.rootStackResource";
  const { name, type, parent } = placed;
  const below = parent !== undefined && side.get(parent)?.type !== ROOT ? `, ${expressionOf(parent, side)}` : "";
  return `pulumi.createUrn("${name}", "${type}"${below})`;
}

/** What a child would have been called below its owner's former name, as Pulumi's SDK and engines derive it. */
const inheritedName = (name: string, owner: Placed, former: Placed): string =>
  name.startsWith(owner.name) ? former.name + name.slice(owner.name.length) : name;

/** The aliases by which `to` is found again as `from`: one in most cases, more when owner and child changed apart. */
export function movesOf(from: string, to: string, old: Side, young: Side): Move[] {
  const [before, after] = [old.get(from), young.get(to)];
  if (!before || !after) return [];
  const former = before.parent === undefined ? undefined : old.get(before.parent);
  const owner = after.parent === undefined ? undefined : young.get(after.parent);
  const ownerMoved = before.parent !== after.parent;
  // An owner that still stands, or stood before, did not become the other one.
  const related =
    ownerMoved &&
    former !== undefined &&
    owner !== undefined &&
    former.type === owner.type &&
    former.type !== ROOT &&
    !young.has(before.parent ?? "") &&
    !old.has(after.parent ?? "");
  const expected = related ? inheritedName(after.name, owner, former) : after.name;
  const parts = [
    before.name === expected ? undefined : `name: "${before.name}"`,
    before.type === after.type ? undefined : `type: "${before.type}"`,
    related || !ownerMoved ? undefined : `parent: ${expressionOf(before.parent, old)}`,
  ].filter((part) => part !== undefined);
  const own = parts.length > 0 ? [{ from, to, alias: `aliases: [{ ${parts.join(", ")} }]` }] : [];
  return related ? [...own, ...movesOf(before.parent ?? "", after.parent ?? "", old, young)] : own;
}
