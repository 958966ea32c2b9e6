import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import { newSealer } from "../../engine/secrets/passphrase.ts";
import { TrialProject } from "../../testing/trial-project.ts";

const program = `
import * as pulumi from "@pulumi/pulumi";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { Provider } from "@pulumi/aws/provider.js";
const config = new pulumi.Config();
if (config.get("fail")) throw new Error("the program is wrong");
const provider = new Provider("aws", { region: "us-east-1" });
const bucket = new Bucket("kept", { bucket: "trial-kept", tags: { round: config.get("round") ?? "1" } }, { provider, protect: true });
new Topic("topic", { name: "trial-topic", displayName: config.getSecret("token") ?? "none" }, { provider });
export const bucketName = bucket.bucket;
export const token = config.getSecret("token");
`;

jest.setTimeout(60_000);

let trial: TrialProject;
beforeEach(() => {
  trial = new TrialProject(program);
});
afterEach(() => trial.remove());

/** All that was written below the project's `.thorbis`. */
function written(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => path.join(folder, name))
    .filter((file) => !file.includes("cache") && statSync(file).isFile())
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}

test("a stack's life: preview, apply, nothing to do, the smallest change, protection, destroy", async () => {
  const preview = await trial.run(["preview", "development"]);
  expect(preview).toMatchObject({ code: 0, err: "" });
  expect(preview.out.split("\n")[0]).toBe(
    "preview development on the local sandbox; no cloud is touched; embedded engine",
  );
  expect(preview.out).toContain("4 to create");
  expect(existsSync(path.join(trial.directory, ".thorbis", "state"))).toBe(false);
  expect(await trial.run(["preview", "development", "--expect-no-changes"])).toMatchObject({ code: 4 });

  const up = await trial.run(["up", "development"]);
  expect(up).toMatchObject({ code: 0, err: "" });
  expect(up.out).toMatch(/4 created[\s\S]*Outputs:\n +bucketName +trial-kept\n/);
  const checkpoint = path.join(trial.directory, ".thorbis/state/.pulumi/stacks/trial/development.json");
  const before = statSync(checkpoint);
  const again = await trial.run(["up", "development"]);
  expect(again.out).toContain("4 unchanged");
  expect(statSync(checkpoint).mtimeMs).toBe(before.mtimeMs);

  trial.write("Pulumi.development.yaml", 'config: { trial:round: "2" }\n');
  const edited = await trial.run(["up", "development", "--json"]);
  const { steps, changeSummary } = JSON.parse(edited.out);
  expect(changeSummary).toEqual({ same: 3, update: 1 });
  expect(steps.filter((step: { op: string }) => step.op !== "same")).toHaveLength(1);
  expect(edited.err).toMatch(/^up development on the local sandbox/);

  const refused = await trial.run(["destroy", "development", "--yes"]);
  expect(refused).toMatchObject({ code: 1, err: expect.stringMatching(/nothing was done:\n {2}urn:.*::kept\n/) });
  expect((await trial.run(["outputs", "development", "bucketName"])).out).toBe("trial-kept\n");
  expect(await trial.run(["state", "unprotect", "development", "--all"])).toMatchObject({ code: 0 });
  const destroyed = await trial.run(["destroy", "development", "--yes"]);
  expect(destroyed).toMatchObject({ code: 0, out: expect.stringContaining("4 deleted") });
});

test("a change that would replace what is protected is refused before the first step", async () => {
  await trial.run(["up", "development"]);
  trial.write("index.ts", program.replace("trial-kept", "trial-renamed").replace("trial-topic", "trial-topic-2"));
  const refused = await trial.run(["up", "development"]);
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("nothing was done") });
  expect((await trial.run(["outputs", "development", "bucketName"])).out).toBe("trial-kept\n");
  expect((await trial.run(["state", "export", "development"])).out).not.toContain("trial-topic-2");
});

test("a secret of the configuration stands nowhere in plain: output, JSON, plan, outputs, state, history", async () => {
  const { sealer } = await newSealer("open sesame");
  const sealed = sealer.seal("sentinel-9f2");
  trial.write(
    "Pulumi.development.yaml",
    `encryptionsalt: ${sealer.salt}\nconfig:\n  trial:token: { secure: "${sealed}" }\n`,
  );
  const passphrase = { PULUMI_CONFIG_PASSPHRASE: "open sesame" };
  const said: string[] = [];
  for (const words of [
    ["preview", "development", "--diff", "--save-plan", "plan.json"],
    ["preview", "development", "--json"],
    ["up", "development", "--diff", "--plan", "plan.json"],
    ["outputs", "development", "--json"],
    ["state", "export", "development"],
  ]) {
    const { code, out, err } = await trial.run(words, passphrase);
    expect({ words, code, err: words.includes("--json") || words[0] === "state" ? "" : err }).toEqual({
      words,
      code: 0,
      err: "",
    });
    said.push(out, err);
  }
  said.push(
    written(path.join(trial.directory, ".thorbis")),
    readFileSync(path.join(trial.directory, "plan.json"), "utf8"),
  );
  expect(said.join("\n")).not.toContain("sentinel-9f2");
  expect((await trial.run(["outputs", "development", "token", "--show-secrets"], passphrase)).out).toBe(
    "sentinel-9f2\n",
  );

  expect(await trial.run(["preview", "development"], { PULUMI_CONFIG_PASSPHRASE: "wrong" })).toMatchObject({ code: 2 });
  const blind = await trial.run(["preview", "staging"], {});
  expect(blind.code).toBe(0);
});

test("a plan is applied as it is, and refused with what differs once it is stale", async () => {
  expect(await trial.run(["preview", "staging", "--save-plan", "plan.json"])).toMatchObject({ code: 0 });
  expect(await trial.run(["up", "staging", "--sandbox"])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/confirmation[\s\S]*--yes/),
  });
  expect(await trial.run(["up", "staging", "--sandbox", "--plan", "plan.json"])).toMatchObject({ code: 0 });
  expect((await trial.run(["outputs", "staging", "bucketName"])).out).toBe("trial-kept\n");

  await trial.run(["preview", "staging", "--save-plan", "plan.json"]);
  trial.write("index.ts", program.replace("trial-topic", "trial-other"));
  const stale = await trial.run(["up", "staging", "--sandbox", "--plan", "plan.json"]);
  expect(stale).toMatchObject({ code: 1, err: expect.stringMatching(/nothing was done:[\s\S]*topic/) });
  trial.write("Pulumi.staging.yaml", 'config: { trial:round: "2" }\n');
  const other = await trial.run(["up", "staging", "--sandbox", "--plan", "plan.json"]);
  expect(other).toMatchObject({ code: 1, err: expect.stringContaining("trial:round: is set now and was not") });
  expect((await trial.run(["state", "export", "staging"])).out).not.toContain("trial-other");
});

test("exit codes tell what kind of end it was", async () => {
  trial.write("Pulumi.broken.yaml", "config: { trial:fail: yes }\n");
  const ends = await Promise.all([
    trial.run(["preview", "broken"]),
    trial.run(["preview", "nowhere"]),
    trial.run(["up", "staging"]),
    trial.run(["preview", "staging", "--sandbox", "--cloud"]),
    trial.run(["preview", "staging", "--parallel", "0"]),
    trial.run(["nonsense"]),
    trial.run(["preview", "staging", "--cloud"], { PATH: "/nowhere" }),
  ]);
  expect(ends.map((end) => end.code)).toEqual([1, 2, 2, 2, 2, 2, 2]);
  expect(ends[0]?.out).toMatch(/the program is wrong[\s\S]*index\.ts:\d+/);
  expect(ends[1]?.err).toContain("Stacks: broken, development, staging");
  expect(ends[6]?.err).toMatch(/Pulumi CLI is not on PATH[\s\S]*remedy/);
  for (const { err } of ends) expect(err).not.toMatch(/^ +at /m);
});
