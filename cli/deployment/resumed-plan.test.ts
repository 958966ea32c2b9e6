import { spawn } from "node:child_process";
import * as path from "node:path";
import { TrialProject } from "../../testing/trial-project.ts";

jest.setTimeout(60_000);

/** Queues in a chain: one after the other, so a kill always finds some that were not begun. */
const chain = (count: number) => `
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { Provider } from "@pulumi/aws/provider.js";
const provider = new Provider("aws", { region: "us-east-1" });
let before;
for (let index = 0; index < ${count}; index++) {
  before = new Queue(\`q-\${index}\`, { name: \`q-\${index}\` }, { provider, dependsOn: before ? [before] : [] });
}
`;

let trial: TrialProject;
beforeEach(() => {
  trial = new TrialProject(chain(12));
});
afterEach(() => trial.remove());

const applying = ["up", "staging", "--sandbox", "--plan", "plan.json"];

/** Applies the plan and is killed, without a word, when the fifth queue exists and its creation was not answered yet. */
async function killedApply(): Promise<void> {
  trial.write("faults.json", JSON.stringify([{ kind: "crash", operation: "create", name: "q-4" }]));
  const main = path.resolve(__dirname, "../main.ts");
  const child = spawn(process.execPath, [main, ...applying, "--no-policy-pack"], {
    cwd: trial.directory,
    stdio: "ignore",
    env: { ...process.env, THORBIS_SANDBOX_FAULTS: path.join(trial.directory, "faults.json") },
  });
  const end = await new Promise((resolve) => child.once("close", (_, signal) => resolve(signal)));
  expect(end).toBe("SIGKILL");
}

const queues = async () =>
  (JSON.parse((await trial.run(["state", "export", "staging"])).out).deployment.resources as { type: string }[]).filter(
    ({ type }) => type === "aws:sqs/queue:Queue",
  ).length;

test("a deploy that was killed in the midst of its apply goes on with the same reviewed plan", async () => {
  expect(await trial.run(["preview", "staging", "--save-plan", "plan.json"])).toMatchObject({ code: 0 });
  await killedApply();
  const made = await queues();
  expect(made).toBe(4);
  const resumed = await trial.run(applying);
  expect(resumed).toMatchObject({ code: 0, out: expect.stringContaining("the last run was interrupted") });
  expect(await queues()).toBe(12);
  expect(await trial.run(["preview", "staging", "--expect-no-changes"])).toMatchObject({ code: 0 });
});

test("a plan that the killed apply no longer fits is refused with what differs, and what was made stays", async () => {
  await trial.run(["preview", "staging", "--save-plan", "plan.json"]);
  await killedApply();
  const made = await queues();
  trial.write("index.ts", chain(13));
  const stale = await trial.run(applying);
  expect(stale).toMatchObject({ code: 1, err: expect.stringMatching(/nothing was done:[\s\S]*q-12/) });
  expect(await queues()).toBe(made);
});
