import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { TrialProject } from "../../testing/trial-project.ts";

jest.setTimeout(60_000);

/** Queues in a chain: one after the other, so an interrupt always finds some that were not begun. */
const chain = `
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { Provider } from "@pulumi/aws/provider.js";
const provider = new Provider("aws", { region: "us-east-1" });
let before;
for (let index = 0; index < 400; index++) {
  before = new Queue(\`q-\${index}\`, { name: \`q-\${index}\` }, { provider, dependsOn: before ? [before] : [] });
}
`;

test("Ctrl-C finishes and records what is under way, and the next run goes on from there", async () => {
  const trial = new TrialProject(chain);
  try {
    const main = path.resolve(__dirname, "../main.ts");
    const child = spawn(process.execPath, [main, "up", "development", "--no-policy-pack"], { cwd: trial.directory });
    let out = "";
    child.stderr.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
    });
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
      if (/q-3 created/.test(out) && !child.killed) child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(1);
    expect(out).toContain("cancelling");
    const exported = JSON.parse((await trial.run(["state", "export", "development"])).out);
    const made = exported.deployment.resources.length;
    expect(made).toBeGreaterThan(4);
    expect(made).toBeLessThan(402);
    expect(exported.deployment.pending_operations).toBeUndefined();
    const rest = await trial.run(["up", "development"]);
    expect(rest).toMatchObject({ code: 0, out: expect.stringContaining(`${402 - made} created`) });
  } finally {
    trial.remove();
  }
});

test("a mandatory rule ends the run with its own exit code, and its finding is told", async () => {
  const trial = new TrialProject(`
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { Provider } from "@pulumi/aws/provider.js";
const provider = new Provider("aws", { region: "us-east-1" });
new Queue("queue", { name: "queue" }, { provider });
`);
  try {
    mkdirSync(path.join(trial.directory, "policy"));
    trial.write("policy/PulumiPolicy.yaml", "runtime: nodejs\n");
    trial.write("policy/package.json", '{"name":"rules","version":"1.0.0","type":"module","main":"index.js"}');
    trial.write(
      "policy/index.js",
      `import { PolicyPack } from "@pulumi/policy";
new PolicyPack("rules", { policies: [{ name: "no-queues", description: "Queues are refused.", enforcementLevel: "mandatory",
  validateResource: (args, report) => { if (args.type === "aws:sqs/queue:Queue") report("this is one"); } }] });`,
    );
    const refused = await trial.run(["up", "development"]);
    expect(refused).toMatchObject({ code: 3, out: expect.stringMatching(/no-queues[\s\S]*this is one/) });
    expect((await trial.run(["state", "export", "development"])).out).not.toContain("aws:sqs/queue:Queue");
    trial.write("advice.json", '{"no-queues":"advisory"}');
    expect(await trial.run(["up", "development", "--policy-pack-config", "advice.json"])).toMatchObject({ code: 0 });
    expect(await trial.run(["preview", "development", "--no-policy-pack"])).toMatchObject({ code: 0 });
  } finally {
    trial.remove();
  }
});
