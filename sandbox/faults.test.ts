import { type Call, CloudFault, type Fault, Faults } from "./faults.ts";

const call: Call = { operation: "create", type: "aws:s3/bucket:Bucket", name: "data" };

/** Runs the calls and tells what became of each, and how often the effect took place. */
async function run(plan: Fault[], calls: Call[]) {
  const faults = new Faults(plan);
  let effects = 0;
  const outcomes: string[] = [];
  for (const each of calls) {
    try {
      await faults.during(each, async () => {
        effects++;
      });
      outcomes.push("done");
    } catch (error) {
      outcomes.push(error instanceof CloudFault ? error.message : "other");
    }
  }
  return { effects, outcomes };
}

test("without a plan every call goes through", async () => {
  expect(await run([], [call, call])).toEqual({ effects: 2, outcomes: ["done", "done"] });
});

test("a refused call has no effect until it is tried again", async () => {
  const { effects, outcomes } = await run([{ kind: "unavailable", times: 2 }], [call]);
  expect({ effects, outcomes }).toEqual({ effects: 1, outcomes: ["done"] });
});

test("five refusals fail the call, without an effect", async () => {
  const { effects, outcomes } = await run([{ kind: "unavailable", times: 5 }], [call]);
  expect(effects).toBe(0);
  expect(outcomes[0]).toContain("503");
});

test("a lost answer fails the call, with its effect", async () => {
  const { effects, outcomes } = await run([{ kind: "lost" }], [call, call]);
  expect(effects).toBe(2);
  expect(outcomes[0]).toContain("no answer to create");
  expect(outcomes[1]).toBe("done");
});

test("a fault strikes only the calls that it names, after those it lets pass", async () => {
  const plan: Fault[] = [{ kind: "lost", operation: "create", type: call.type, name: "data", after: 1 }];
  const others: Call[] = [
    { ...call, name: "other" },
    { ...call, operation: "delete" },
  ];
  const { outcomes } = await run(plan, [...others, call, call, call]);
  expect(outcomes.map((outcome) => outcome === "done")).toEqual([true, true, true, false, true]);
});
