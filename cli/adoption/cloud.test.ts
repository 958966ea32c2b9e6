import { chmodSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { TrialProject } from "../../testing/trial-project.ts";

jest.setTimeout(30_000);

let trial: TrialProject;
beforeEach(() => {
  trial = new TrialProject("export const nothing = 1;\n");
});
afterEach(() => trial.remove());

const planned = () => JSON.parse(readFileSync(path.join(trial.directory, "a.json"), "utf8"));

/** Answers as the CLI does, and writes down what it was asked. */
const cli = `#!${process.execPath}
import * as fs from "node:fs";
const words = process.argv.slice(2);
const log = process.env.TRIAL_LOG;
fs.appendFileSync(log, words.join(" ").replace(/\\S*adoption\\/\\S*\\//g, "") + "\\n");
const file = words[words.indexOf("--file") + 1];
const imported = fs.readFileSync(log, "utf8").includes("import --file");
const urn = "urn:pulumi:staging::trial::";
const stack = urn + "pulumi:pulumi:Stack::trial-staging";
const bucket = { urn: urn + "aws:s3/bucket:Bucket::kept", type: "aws:s3/bucket:Bucket", custom: true, parent: stack, provider: urn + "pulumi:providers:aws::aws::04da6b54-80e4-46f7-96ec-b56ff0331ba9", inputs: { bucket: "b" } };
const provider = { urn: urn + "pulumi:providers:aws::aws", type: "pulumi:providers:aws", custom: true, parent: stack };
if (words[0] === "preview") {
const made = (state) => ({ op: "create", urn: state.urn, newState: state });
const differs = { op: "update", urn: bucket.urn, oldState: { ...bucket, inputs: { bucket: "b", tags: {} } }, newState: bucket, diffReasons: ["tags"] };
const steps = imported ? (process.env.TRIAL_DIFFERS ? [differs] : []) : [made(provider), made(bucket)];
process.stdout.write(JSON.stringify({ steps }));
} else if (words[0] === "stack" && words[1] === "export") process.stdout.write('{"version":3,"before":true}');
else if (words[0] === "stack") fs.appendFileSync(log, "  " + fs.readFileSync(file, "utf8") + "\\n");
else if (words[0] === "import") fs.appendFileSync(log, "  " + fs.readFileSync(file, "utf8") + "\\n");
`;
const run = async (words: string[], extra: Record<string, string> = {}) => {
  mkdirSync(path.join(trial.directory, "bin"), { recursive: true });
  trial.write("bin/pulumi", cli);
  chmodSync(path.join(trial.directory, "bin/pulumi"), 0o755);
  const TRIAL_LOG = path.join(trial.directory, "log");
  const environment = { PATH: `${path.join(trial.directory, "bin")}:/usr/bin:/bin`, TRIAL_LOG, ...extra };
  await trial.run(["adopt", "plan", "staging", "--cloud", "kept=b", "--out", "a.json"], environment);
  rmSync(TRIAL_LOG);
  const ran = await trial.run(words, environment);
  return { ...ran, asked: readFileSync(TRIAL_LOG, "utf8").trimEnd().split("\n") };
};

test("the provider is made, the file is imported, and the proof is a preview", async () => {
  const { code, asked } = await run(["adopt", "apply", "staging", "--cloud", "--file", "a.json"]);
  expect(code).toBe(0);
  expect(asked.map((line) => line.replace(" --stack staging", ""))).toEqual([
    "preview --json",
    "stack export",
    "up --yes --skip-preview --target urn:pulumi:staging::trial::pulumi:providers:aws::aws",
    "import --file import.json --yes --generate-code=false --protect=false",
    `  ${JSON.stringify(planned())}`,
    "preview --json",
  ]);
  expect(planned()).toEqual({
    nameTable: { aws: "urn:pulumi:staging::trial::pulumi:providers:aws::aws" },
    resources: [{ type: "aws:s3/bucket:Bucket", name: "kept", logicalName: "kept", id: "b", provider: "aws" }],
  });
});

test("a proof that is not clean puts the state back", async () => {
  const { code, asked, out } = await run(["adopt", "apply", "staging", "--cloud", "--file", "a.json"], {
    TRIAL_DIFFERS: "1",
  });
  expect(code).toBe(4);
  expect(out).toContain("tags: exists {}, the code says not set");
  expect(asked.slice(-2)).toEqual([
    "stack import --file state-before.json --stack staging",
    '  {"version":3,"before":true}',
  ]);
});
