import { existsSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { World } from "../sandbox/world.ts";
import { TrialProject } from "../testing/trial-project.ts";

const PROJECT = "vercel:index/project:Project";

/** A bucket with its parts, a project and a database, as components own them; `existing` is what was made by hand. */
const program = `
import * as pulumi from "@pulumi/pulumi";
import { Provider as Cloud } from "@pulumi/aws/provider.js";
import * as s3 from "@pulumi/aws/s3/index.js";
import * as vercel from "@pulumi/vercel";
import * as postgresql from "@pulumi/postgresql";
const config = new pulumi.Config();
const bucketName = config.get("bucket") ?? "trial-uploads";
const cloud = new Cloud("aws", { region: "us-east-1" });
class Uploads extends pulumi.ComponentResource {
  constructor(name: string) {
    super("trial:storage:Uploads", name, {}, {});
    const child = { parent: this, provider: cloud };
    const bucket = new s3.Bucket(name + "-bucket", { bucket: bucketName, tags: { team: config.get("team") ?? "a" } }, { ...child, protect: true });
    new s3.BucketVersioning(name + "-versioning", { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } }, child);
    if (config.get("whole")) new s3.BucketPublicAccessBlock(name + "-access", { bucket: bucket.id, blockPublicAcls: true }, child);
    this.registerOutputs({});
  }
}
new Uploads("uploads");
const hosting = new vercel.Provider("vercel", { apiToken: "a".repeat(24), team: "team_trial" });
new vercel.Project("site", { name: "trial-site", framework: "nextjs" }, { provider: hosting });
const server = new postgresql.Provider("server", { host: "db.local", username: "master", password: config.get("never") ?? "s3ntinel", superuser: false });
new postgresql.Database("orders", { name: "orders", owner: "master" }, { provider: server });
`;

jest.setTimeout(60_000);

let trial: TrialProject;
beforeEach(async () => {
  trial = new TrialProject(program);
  // Another stack made what exists, and forgot it: it is in no state any more.
  const made = await trial.run(["up", "staging", "--sandbox", "--yes"]);
  expect(made).toMatchObject({ code: 0 });
  rmSync(path.join(trial.directory, ".thorbis/state"), { recursive: true });
});
afterEach(() => trial.remove());

function world() {
  const opened = new World(path.join(trial.directory, ".thorbis", "sandbox"));
  try {
    return opened.list();
  } finally {
    opened.close();
  }
}

const idOf = (type: string) => world().find((record) => record.type === type)?.id ?? "";
const pairs = () => ["uploads-bucket=trial-uploads", `site=${idOf(PROJECT)}`, "orders=orders"];
const planned = (file = "adoption.json") => JSON.parse(readFileSync(path.join(trial.directory, file), "utf8"));
const stateOf = async () => {
  const { out } = await trial.run(["state", "export", "development"]);
  const { resources = [] } = out === "" ? {} : JSON.parse(out).deployment;
  return resources as { urn: string; id?: string; protect?: boolean }[];
};

test("a bucket with its parts, a project and a database are adopted, and nothing is left to do nor was changed", async () => {
  const before = world();
  expect(await trial.run(["preview", "development", "--expect-no-changes"])).toMatchObject({ code: 4 });
  const plan = await trial.run(["adopt", "plan", "development", ...pairs(), "--out", "adoption.json"]);
  expect(plan).toMatchObject({ code: 0 });
  expect(
    planned()
      .resources.map(({ name, id, parent }: Record<string, string>) => [name, id, parent])
      .sort(),
  ).toEqual([
    ["orders", "orders", undefined],
    ["site", idOf(PROJECT), undefined],
    ["uploads", undefined, undefined],
    ["uploads-bucket", "trial-uploads", "uploads"],
    ["uploads-versioning", "trial-uploads", "uploads"],
  ]);
  expect(await stateOf()).toEqual([]);

  const applied = await trial.run(["adopt", "apply", "development", "--file", "adoption.json"]);
  expect(applied).toMatchObject({ code: 0, out: expect.stringContaining("Adopted 4 resources; none was changed.") });
  expect(world()).toEqual(before);
  const preview = await trial.run(["preview", "development", "--expect-no-changes", "--diff"]);
  expect(preview).toMatchObject({ code: 0 });
  const bucket = (await stateOf()).find(({ urn }) => urn.endsWith("::uploads-bucket"));
  expect(bucket).toMatchObject({ id: "trial-uploads", protect: true });
  expect(await trial.run(["drift", "development"])).toMatchObject({ code: 0 });

  const again = await trial.run(["adopt", "apply", "development", "--file", "adoption.json"]);
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining("the state has these already") });
});

test("what differs is named with both values, and the state stays as it was", async () => {
  trial.write("Pulumi.development.yaml", 'config: { trial:team: "b" }\n');
  const plan = await trial.run(["adopt", "plan", "development", "uploads-bucket=trial-uploads", "--out", "a.json"]);
  expect(plan.code).toBe(4);
  expect(plan.out).toContain('tags.team: exists "a", the code says "b"; set it in the code, or change it by hand');
  const refused = await trial.run(["adopt", "apply", "development", "--file", "a.json"]);
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining("--with-differences") });
  expect(await stateOf()).toEqual([]);
  const before = world();
  const accepted = await trial.run(["adopt", "apply", "development", "--file", "a.json", "--with-differences"]);
  expect(accepted.code).toBe(0);
  expect(world()).toEqual(before);
  const next = await trial.run(["preview", "development", "--json"]);
  expect(JSON.parse(next.out).steps.filter(({ urn }: { urn: string }) => urn.endsWith("::uploads-bucket"))).toEqual([
    expect.objectContaining({ op: "update" }),
  ]);
});

test("what an apply would replace is never adopted, whatever is said, protected or not", async () => {
  trial.write("Pulumi.development.yaml", 'config: { trial:bucket: "trial-other" }\n');
  await trial.run(["adopt", "plan", "development", "uploads-bucket=trial-uploads", "--out", "a.json"]);
  const refused = await trial.run(["adopt", "apply", "development", "--file", "a.json", "--with-differences"]);
  expect(refused.code).toBe(4);
  expect(refused.out).toMatch(/would REPLACE it\n {4}bucket: exists "trial-uploads", the code says "trial-other"/);
  expect(await stateOf()).toEqual([]);
});

test("a part that was never made is left to the next apply; what was named and does not exist is refused", async () => {
  trial.write("Pulumi.development.yaml", 'config: { trial:whole: "yes" }\n');
  const plan = await trial.run(["adopt", "plan", "development", "uploads-bucket=trial-uploads", "--out", "a.json"]);
  expect(plan).toMatchObject({ code: 0, out: expect.stringMatching(/left out: urn:.*uploads-access does not exist/) });
  expect(await trial.run(["adopt", "apply", "development", "--file", "a.json"])).toMatchObject({ code: 0 });
  const wrong = await trial.run(["adopt", "plan", "development", "orders=elsewhere", "--out", "b.json"]);
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining("nothing with the id elsewhere exists") });
  expect(existsSync(path.join(trial.directory, "b.json"))).toBe(false);
});

test("the list names what can be adopted, and how its id is formed", async () => {
  const { out } = await trial.run(["adopt", "list", "development", "--match", "s3"]);
  expect(out).toBe(
    [
      "aws:s3/bucket:Bucket::uploads-bucket\n    id: the bucket's name",
      "aws:s3/bucketVersioning:BucketVersioning::uploads-versioning\n    id: that of its bucket\n",
    ].join("\n"),
  );
});

test("secrets of a provider stand in no file, state or message of an adoption", async () => {
  const said = [
    await trial.run(["adopt", "plan", "development", ...pairs(), "--out", "adoption.json"]),
    await trial.run(["adopt", "apply", "development", "--file", "adoption.json"]),
  ];
  expect(`${JSON.stringify(said)}${JSON.stringify(planned())}`).not.toContain("s3ntinel");
  expect((await trial.run(["state", "export", "development"])).out).not.toContain("s3ntinel");
});
