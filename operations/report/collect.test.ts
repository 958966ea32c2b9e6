import { changesOf, neighbourhood, type ReviewedResource, type ReviewedStep } from "./collect.ts";

const stack = "urn:pulumi:dev::thorbis::pulumi:pulumi:Stack::thorbis-dev";
const owner = "urn:pulumi:dev::thorbis::thorbis:storage:BackupBucket::backups";
const urn = (name: string) => `urn:pulumi:dev::thorbis::aws:s3/bucket:Bucket::${name}`;
const bucket = (name: string, extra: Partial<ReviewedResource> = {}): ReviewedResource => ({
  urn: urn(name),
  type: "aws:s3/bucket:Bucket",
  inputs: { bucket: name },
  parent: owner,
  ...extra,
});
const component: ReviewedStep = {
  op: "same",
  urn: owner,
  new: { urn: owner, type: "thorbis:storage:BackupBucket", parent: stack },
};
const holdsData = (type: string) => type.startsWith("aws:s3/");

test("the halves of a replacement are one change", () => {
  const halves = ["create-replacement", "replace", "delete-replaced"].map((op) => ({
    op,
    urn: urn("a"),
    old: bucket("a"),
    new: bucket("a", { inputs: { bucket: "b" } }),
    keys: ["bucket"],
  }));
  const changes = changesOf([component, ...halves], holdsData);
  expect(changes).toHaveLength(1);
  expect(changes[0]).toMatchObject({ op: "replace", component: ["backups"], holdsData: true });
  expect(changes[0]?.differences).toEqual([
    { path: "bucket", kind: "update", before: '"a"', after: '"b"', replaces: true },
  ]);
});

test("what stays the same and the providers' own resources are not changes", () => {
  const provider = "urn:pulumi:dev::thorbis::pulumi:providers:aws::aws";
  const steps: ReviewedStep[] = [
    component,
    { op: "create", urn: provider, new: { urn: provider, type: "pulumi:providers:aws" } },
  ];
  expect(changesOf(steps, holdsData)).toEqual([]);
});

test("the picture holds the changed resource and its neighbours on both sides, and no more", () => {
  const resources = [
    bucket("needed"),
    bucket("changed", { dependencies: [urn("needed")] }),
    bucket("needs", { dependencies: [urn("changed")] }),
    bucket("far", { dependencies: [urn("needs")] }),
  ];
  const changes = changesOf(
    [{ op: "update", urn: urn("changed"), old: bucket("changed"), new: bucket("changed") }],
    holdsData,
  );
  const graph = neighbourhood(resources, changes);
  expect(graph.nodes.map(({ name }) => name).sort()).toEqual(["changed", "needed", "needs"]);
  expect(graph.edges).toEqual([
    [urn("needed"), urn("changed")],
    [urn("changed"), urn("needs")],
  ]);
});
