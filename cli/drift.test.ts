import * as path from "node:path";
import type { DriftReport } from "../operations/drift/classify.ts";
import { World } from "../sandbox/world.ts";
import { TrialProject } from "../testing/trial-project.ts";

const program = `
import { Topic } from "@pulumi/aws/sns/topic.js";
import { Provider } from "@pulumi/aws/provider.js";
const provider = new Provider("aws", { region: "us-east-1" });
new Topic("changed", { name: "trial-changed", displayName: "as declared" }, { provider });
new Topic("gone", { name: "trial-gone" }, { provider });
new Topic("computed", { name: "trial-computed" }, { provider });
new Topic("harmless", { name: "trial-harmless", displayName: "as declared" }, { provider });
new Topic("kept", { name: "trial-kept", displayName: "as declared" }, { provider });
`;

jest.setTimeout(60_000);

let trial: TrialProject;
beforeEach(async () => {
  trial = new TrialProject(program);
  await trial.run(["up", "development"]);
});
afterEach(() => trial.remove());

/** Somebody changes the cloud by hand. */
function byHand(work: (world: World) => void): void {
  const world = new World(path.join(trial.directory, ".thorbis", "sandbox"));
  try {
    work(world);
  } finally {
    world.close();
  }
}

async function drift(...flags: string[]): Promise<{ code: number | null; report: DriftReport }> {
  const { code, out } = await trial.run(["drift", "development", "--json", ...flags]);
  return { code, report: JSON.parse(out) as DriftReport };
}

const nameOf = ({ urn }: { urn: string }) => urn.split("::").at(-1) ?? "";
const operations = (steps: { urn: string; op: string }[]) => steps.map((step) => `${step.op} ${nameOf(step)}`).sort();

test("a stack as it was applied has no drift", async () => {
  expect(await trial.run(["drift", "development"])).toMatchObject({ code: 0 });
});

test("every class of drift is told apart: input, output only, missing, benign, and what is not applied yet", async () => {
  byHand((world) => {
    const change = (name: string, inputs: Record<string, string>, outputs: Record<string, string>) => {
      for (const record of world.list().filter((each) => nameOf(each) === name)) {
        world.put({ ...record, inputs: { ...record.inputs, ...inputs }, outputs: { ...record.outputs, ...outputs } });
      }
    };
    for (const record of world.list()) if (nameOf(record) === "gone") world.remove(record);
    const named = { displayName: "by hand" };
    change("changed", named, named);
    change("harmless", named, named);
    change("computed", {}, { owner: "999999999999" });
  });
  const known = {
    urn: "aws:sns/topic:Topic::harmless",
    path: "displayName",
    reason: "the console's wizard writes it at every visit",
    owner: "platform",
    expires: "2099-01-01",
  };
  trial.write("known.json", JSON.stringify([known]));
  const edit = ['"trial-kept", displayName: "as declared"', '"trial-kept", displayName: "edited"'] as const;
  trial.write("index.ts", program.replace(...edit));
  const resources = async () =>
    JSON.parse((await trial.run(["state", "export", "development"])).out).deployment.resources;
  const before = await resources();

  const { code, report } = await drift("--benign", "known.json");
  expect(code).toBe(4);
  expect(operations(report.codeAgainstState)).toEqual(["update kept"]);
  const classes = report.stateAgainstCloud.map((each) => `${nameOf(each)} ${each.class}`).sort();
  expect(classes).toEqual(["changed input", "computed output", "gone missing", "harmless benign"]);
  expect(operations(report.codeAgainstCloud)).toEqual(
    expect.arrayContaining(["create gone", "update changed", "update kept"]),
  );
  expect(await resources()).toEqual(before);
});
