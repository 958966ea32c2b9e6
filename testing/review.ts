/** A review with a little of everything, for the tests of what is made of one. */
import type { EnvironmentReview, Review } from "../operations/report/review.ts";

const urn = (type: string, name: string) => `urn:pulumi:production::thorbis::${type}::${name}`;

export function environmentFixture(overrides: Partial<EnvironmentReview> = {}): EnvironmentReview {
  return {
    name: "production",
    counts: { same: 300, update: 1, replace: 1 },
    changes: [
      {
        urn: urn("aws:sns/topic:Topic", "alerts"),
        type: "aws:sns/topic:Topic",
        name: "alerts",
        op: "update",
        component: ["notifications"],
        holdsData: false,
        differences: [{ path: "displayName", kind: "update", before: '"a"', after: '"b"', replaces: false }],
      },
      {
        urn: urn("aws:s3/bucket:Bucket", "backups"),
        type: "aws:s3/bucket:Bucket",
        name: "backups",
        op: "replace",
        component: ["backup"],
        holdsData: true,
        differences: [{ path: "bucket", kind: "update", before: '"x"', after: '"y"', replaces: true }],
      },
    ],
    renames: [],
    policy: { findings: [], unknown: [], waivers: [] },
    headers: [
      { app: "site", before: 105, after: 125, floor: 100, modifiers: [{ label: "HSTS preloaded", points: 5 }] },
    ],
    cost: {
      currency: "USD",
      before: 1200,
      after: 1250.5,
      budget: 2000,
      components: [{ name: "redis", before: 100, after: 150.5 }],
      unpriced: [],
      byUse: [],
    },
    variables: { added: ["NEW_KEY"], removed: [], missing: [] },
    graph: {
      nodes: [
        { urn: "a", type: "aws:s3/bucket:Bucket", name: "backups", op: "replace" },
        { urn: "b", type: "aws:sns/topic:Topic", name: "alerts", op: null },
      ],
      edges: [["a", "b"]],
    },
    ...overrides,
  };
}

export const reviewFixture = (...environments: EnvironmentReview[]): Review => ({
  version: 1,
  base: "main",
  head: "feature",
  environments,
});
