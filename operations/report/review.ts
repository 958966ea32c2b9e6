/**
 * The facts of a review: what a change to this repository does to every environment. The job that runs a pull request's
 * code writes them as JSON; the job that may post a comment reads them back. The second job must not trust the first, so
 * the whole is parsed strictly, every text is bounded, and rendering escapes.
 */
import { z } from "zod";
import { OperationFailure } from "../failure.ts";

const text = z.string().max(4_000);
const name = z.string().max(1_000);
const url = z.string().max(2_000);

const difference = z.strictObject({
  /** Path of the property, in Pulumi's notation. */
  path: name,
  kind: z.enum(["add", "delete", "update"]),
  /** JSON text of the value, `[secret]` or `[unknown]` in place of what may not or cannot be shown. */
  before: text.optional(),
  after: text.optional(),
  /** The change of this property is what forces the replacement. */
  replaces: z.boolean(),
});

const change = z.strictObject({
  urn: url,
  type: name,
  name,
  op: z.enum(["create", "update", "replace", "delete", "import", "read"]),
  /** The components that own the resource, outermost first. */
  component: z.array(name).max(20),
  /** The resource keeps data: its deletion or replacement loses it. */
  holdsData: z.boolean(),
  differences: z.array(difference).max(200),
});

const finding = z.strictObject({
  policy: name,
  level: z.enum(["advisory", "mandatory", "remediate", "disabled"]),
  severity: name.optional(),
  urn: url,
  message: text,
});

const money = z.number().finite().nullable();

const environment = z.strictObject({
  name,
  /** Why this environment could not be previewed; the rest is then empty. */
  error: text.optional(),
  counts: z.record(name, z.number().int().nonnegative()),
  changes: z.array(change).max(5_000),
  /** A deletion and a creation of nearly the same inputs: most likely a rename that lacks its alias. */
  renames: z.array(z.strictObject({ from: url, to: url, alias: text, holdsData: z.boolean() })).max(500),
  policy: z.strictObject({
    findings: z.array(finding).max(2_000),
    unknown: z.array(z.strictObject({ policy: name, urn: url, message: text })).max(2_000),
    waivers: z.array(z.strictObject({ rule: name, resource: url, reason: text, owner: name, expires: name })).max(500),
  }),
  headers: z
    .array(
      z.strictObject({
        app: name,
        before: z.number().nullable(),
        after: z.number().nullable(),
        floor: z.number(),
        modifiers: z.array(z.strictObject({ label: text, points: z.number() })).max(50),
      }),
    )
    .max(50),
  cost: z.strictObject({
    currency: z.literal("USD"),
    before: money,
    after: money,
    budget: money,
    components: z.array(z.strictObject({ name, before: z.number(), after: z.number() })).max(500),
    /** Types without a price: listed, never guessed. */
    unpriced: z.array(name).max(500),
    /** Types that cost by what is used, which no plan shows: not in the sum. */
    byUse: z.array(name).max(500),
  }),
  variables: z.strictObject({
    added: z.array(name).max(500),
    removed: z.array(name).max(500),
    missing: z.array(name).max(500),
  }),
  graph: z.strictObject({
    nodes: z.array(z.strictObject({ urn: url, type: name, name, op: name.nullable() })).max(2_000),
    edges: z.array(z.tuple([url, url])).max(10_000),
  }),
});

export const reviewSchema = z.strictObject({
  version: z.literal(1),
  /** Commits, as given by whoever asked for the review. */
  base: name,
  head: name,
  environments: z.array(environment).max(20),
});

export type Review = z.infer<typeof reviewSchema>;
export type EnvironmentReview = Review["environments"][number];
export type Change = EnvironmentReview["changes"][number];
export type Difference = Change["differences"][number];

/** The data of the unprivileged job is not what this program writes; nothing of it may be used. */
export class UntrustedReview extends OperationFailure {
  override readonly name = "UntrustedReview";
  constructor(message: string) {
    super(message, { exitCode: 2, remedy: "run `./thorbis report collect` again and hand over its file unchanged" });
  }
}

/** @throws UntrustedReview naming every path that is not as it should be. */
export function parseReview(json: string): Review {
  let data: unknown;
  try {
    data = JSON.parse(json);
  } catch {
    throw new UntrustedReview("the review is not JSON");
  }
  const parsed = reviewSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 10).map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new UntrustedReview(`the review does not have the form that this program writes:\n${faults.join("\n")}`);
}

/** Losing data comes first, then the rest by what is hardest to undo. */
const gravity: Record<Change["op"], number> = { delete: 0, replace: 1, update: 2, import: 3, create: 4, read: 5 };

export function byGravity(left: Change, right: Change): number {
  return (
    Number(losesData(right)) - Number(losesData(left)) ||
    gravity[left.op] - gravity[right.op] ||
    left.urn.localeCompare(right.urn)
  );
}

export const losesData = (change: Change): boolean =>
  change.holdsData && (change.op === "delete" || change.op === "replace");

/** Changes grouped by the two outermost components that own them; what belongs to none stands under the stack. */
export function byComponent(changes: Change[]): [component: string, changes: Change[]][] {
  const groups = new Map<string, Change[]>();
  for (const change of [...changes].sort(byGravity)) {
    const owner = change.component.slice(0, 2).join(" › ") || "(stack)";
    groups.set(owner, [...(groups.get(owner) ?? []), change]);
  }
  return [...groups];
}
