import type { DeploymentResult } from "../../engine/deployment/request.ts";
import type { ResourceState } from "../../engine/state/resource.ts";
import { findingsOfSteps, judgePlannedSteps } from "./judged-steps.ts";
import type { Session } from "./session.ts";

const state = (type: string, name: string, inputs: ResourceState["inputs"] = {}): ResourceState => ({
  urn: `urn:pulumi:production::thorbis::${type}::${name}`,
  custom: true,
  type,
  id: name,
  ...(inputs && { inputs }),
});
const bucket = state("aws:s3/bucket:Bucket", "backups", { bucket: "b" });
const deletion: DeploymentResult["steps"] = [{ op: "delete", urn: bucket.urn, old: bucket }];
// Only what is read of a session; the rest needs a project on disk.
const session = (stack: string, name = "thorbis") => ({ stack, project: { name } }) as unknown as Session;

function judged(steps: DeploymentResult["steps"], of: Session, flags: { policyPack?: false } = {}) {
  const told: string[] = [];
  const run = () => judgePlannedSteps(steps, of, flags, (text) => told.push(text));
  return { told, run };
}

test("a deletion of what holds data is refused in production with exit code 3, and told with its remedy", () => {
  const { told, run } = judged(deletion, session("production"));
  expect(run).toThrow(expect.objectContaining({ exitCode: 3, message: expect.stringContaining("nothing was done") }));
  expect(told.join("")).toMatch(/policy \(mandatory\) pulumi-data-deleted: urn:.*::backups\n[\s\S]*remedy: /);
});

test("in development the same is told and goes on", () => {
  const { told, run } = judged(deletion, session("development"));
  expect(run).not.toThrow();
  expect(told.join("")).not.toContain("mandatory");
});

test("a likely rename is advice everywhere", () => {
  const topic = { displayName: "Alarms", region: "us-east-1", tags: { Owner: "web" } };
  const [old, young] = [state("aws:sns/topic:Topic", "a", topic), state("aws:sns/topic:Topic", "b", topic)];
  const found = findingsOfSteps(
    [
      { op: "create", urn: young.urn, new: young },
      { op: "delete", urn: old.urn, old },
    ],
    "production",
  );
  expect(found.map(({ level, rule }) => `${level} ${rule}`)).toEqual(["advisory pulumi-resource-renamed"]);
});

test("a first apply, which only creates, is not judged", () => {
  expect(findingsOfSteps([{ op: "create", urn: bucket.urn, new: bucket }], "production")).toEqual([]);
});

test("another project, or a run without packs, is not judged by this project's rules", () => {
  expect(judged(deletion, session("production", "trial")).run).not.toThrow();
  expect(judged(deletion, session("production"), { policyPack: false }).run).not.toThrow();
});
