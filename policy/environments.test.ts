/**
 * The shipped environments under the shipped pack, previewed and applied by the engine to a throw-away sandbox with
 * made-up values for the secrets: what the preview could not know is judged by the end, and nothing is found.
 */
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Judged } from "../testing/platform/judged.ts";

jest.setTimeout(180_000);

const root = path.resolve(__dirname, "..");

async function judged(...words: string[]): Promise<Judged> {
  const node = path.join(root, "node_modules", ".bin", "node");
  const script = ["testing/platform/judged.ts", ...words];
  const { stdout } = await promisify(execFile)(node, script, { cwd: root, maxBuffer: 64e6 });
  return JSON.parse(stdout) as Judged;
}

function expectNothingFound({ state, strangers, up }: Judged): void {
  expect({ errors: up.errors, applied: up.succeeded }).toEqual({ errors: [], applied: true });
  expect(up.violations).toEqual([]);
  // Which outputs are secret only the state tells: `./thorbis up` asks it, as the last expectation does.
  expect(up.unknown.filter((about) => !about.startsWith("pulumi-outputs-plain-secret "))).toEqual([]);
  expect(state).toEqual({ refused: [], undecided: [] });
  // What components state without waiting is what the resources have in the end.
  expect(strangers).toEqual([]);
}

test("production: nothing is refused, and what the preview could not know is judged by the end of the apply", async () => {
  const found = await judged("production");
  expect(found.preview).toMatchObject({ errors: [], violations: [] });
  expect(found.preview?.unknown.length).toBeGreaterThan(0);
  expectNothingFound(found);
});

test("staging: nothing is refused, and nothing is undecided once applied", async () => {
  expectNothingFound(await judged("staging", "up"));
});
