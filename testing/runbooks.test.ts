import * as fs from "node:fs";
import * as path from "node:path";
import { stackNames } from "./stack-files.ts";

const root = path.resolve(__dirname, "..");
const directory = path.join(root, "docs", "runbooks");
const runbooks = fs.readdirSync(directory);

/** What the alarms of every environment link to, from the golden graphs. */
const linked = new Set(
  stackNames.flatMap((stack) => {
    const graph = fs.readFileSync(path.join(root, "stacks", "__golden__", `${stack}.json`), "utf8");
    return [...graph.matchAll(/Runbook: \S+\/docs\/runbooks\/([\w-]+\.md)/g)].map((match) => match[1] ?? "");
  }),
);

/** What the alarms' own files name, declared in an environment or not. */
const named = fs
  .readdirSync(path.join(root, "components", "alarms"))
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .flatMap((file) => {
    const source = fs.readFileSync(path.join(root, "components", "alarms", file), "utf8");
    return [...source.matchAll(/^\s+(?:problem|runbook): "([\w-]+)",$/gm)].map((match) => `${match[1]}.md`);
  });

test("every alarm's runbook exists, and every runbook is an alarm's", () => {
  expect(linked.size).toBeGreaterThan(10);
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set([...linked, ...named])].sort()).toEqual([...runbooks].sort());
});

test.each(runbooks)("%s says what it means, where to look, what to do and when it is over", (file) => {
  const text = fs.readFileSync(path.join(directory, file), "utf8");
  const parts = ["**Means:** ", "**Affected:** ", "## First look", "## Likely causes", "## What to do", "## Escalate"];
  for (const part of [...parts, "## It is over when"]) expect(text).toContain(part);
  expect(text).toMatch(/^\.\/thorbis /m);
});
