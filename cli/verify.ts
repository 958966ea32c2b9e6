/** `./thorbis verify`: is the running system as it was declared? */
import * as fs from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { tooHeavy, weighPages } from "../operations/verification/bundles.ts";
import { certificateCheck } from "../operations/verification/certificate.ts";
import { allPassed, type Check, type CheckResult, runChecks } from "../operations/verification/check.ts";
import { headerCheck } from "../operations/verification/headers.ts";
import { healthCheck } from "../operations/verification/health.ts";
import { lighthouseCheck, type PageBudget } from "../operations/verification/lighthouse.ts";
import type { Reach } from "../operations/verification/request.ts";
import { PROJECT, routesOf } from "../policy/headers/declared.ts";
import { effectiveHeaders } from "../policy/headers/routes.ts";
import { readRecord } from "../policy/recorded.ts";
import { Stack } from "../policy/stack.ts";
import { type Applied, type AppliedFlags, appliedStack, textsOf } from "./deployment/applied.ts";
import { targetOptions } from "./deployment/flags.ts";
import { scoreFloor } from "./deployment/review.ts";
import { printJson } from "./print.ts";

/** The organisation's budgets, from the maintenance guide. */
const budget: PageBudget = {
  javascriptKilobytes: 170,
  cssKilobytes: 50,
  largestContentfulPaintMilliseconds: 1800,
  cumulativeLayoutShift: 0.1,
  lowestScore: 90,
};

const examples = `
Examples:
  ./thorbis verify live development --connect 127.0.0.1:8443 --authority .thorbis/local/authority/authority.pem
  ./thorbis verify live production --cloud --lighthouse
  ./thorbis verify bundles ../apps/site/.next
`;

interface LiveFlags extends AppliedFlags {
  json?: boolean;
  lighthouse?: boolean;
  connect?: { host: string; port: number };
  authority?: string;
}

export function register(program: Command): void {
  const verify = program
    .command("verify")
    .description("Check the running system against what is declared")
    .addHelpText("after", examples);
  targetOptions(verify.command("live"))
    .description(
      "Health, certificates, live headers by the declared ones' scorer, and with --lighthouse the pages' weight and speed",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--json", "print the results as JSON")
    .option("--lighthouse", "the median of three runs of Lighthouse on every app; needs Chromium")
    .option("--connect <host:port>", "connect here instead of to the declared host names (the local edge)", hostAndPort)
    .option("--authority <file>", "PEM of the authority that signs the certificates (the local one)")
    .action(live);
  verify
    .command("bundles")
    .description("Weigh the pages of an app's build against the organisation's budget")
    .argument("<folder>", "the app's .next")
    .action(bundles);
}

function hostAndPort(value: string): { host: string; port: number } {
  const parts = /^([\w.-]+):(\d{1,5})$/.exec(value);
  if (!parts) throw new InvalidArgumentError("it has to be host:port.");
  return { host: parts[1] ?? "", port: Number(parts[2]) };
}

/** What the declared routes answer for the first page, by project id. */
function declaredHeaders({ resources }: Applied): Map<string, Record<string, string>> {
  const stack = new Stack(readRecord({ resources }).results);
  return new Map(
    stack.ofType(PROJECT).map((project) => {
      const { headers } = effectiveHeaders(routesOf(stack, project), "/", false);
      const values = [...headers.values()].map(({ name, values: [value = ""] }): [string, string] => [name, value]);
      return [String(project.props.id), Object.fromEntries(values)];
    }),
  );
}

function checksOf(applied: Applied, flags: LiveFlags, floor: number): Check[] {
  const domains = textsOf(applied, "appDomains");
  const projects = textsOf(applied, "vercelProjects");
  const declared = declaredHeaders(applied);
  const reach: Reach = {
    ...(flags.connect && { address: flags.connect }),
    ...(flags.authority !== undefined && { authority: fs.readFileSync(flags.authority, "utf8") }),
  };
  return Object.entries(domains).flatMap(([app, domain]) => {
    const site = `https://${domain}`;
    const headers = declared.get(projects[app] ?? "") ?? {};
    return [
      healthCheck({ url: `${site}/api/health`, reach }),
      headerCheck({ url: `${site}/`, reach, declared: headers, floor }),
      certificateCheck(new URL(site).hostname, reach, applied.target.world === "cloud" ? 30 : 1),
    ];
  });
}

async function live(stack: string, flags: LiveFlags): Promise<void> {
  const applied = await appliedStack("verify live", stack, flags);
  const results = await runChecks(checksOf(applied, flags, scoreFloor(stack)));
  // One after the other: two browsers at once would measure each other.
  if (flags.lighthouse) {
    for (const domain of Object.values(textsOf(applied, "appDomains")))
      results.push(...(await runChecks([lighthouseCheck(`https://${domain}/`, budget)])));
  }
  if (flags.json) printJson(results);
  else tell(results);
  process.exitCode = allPassed(results) ? 0 : 1;
}

function tell(results: readonly CheckResult[]): void {
  for (const { name, status, detail, remedy } of results) {
    process.stdout.write(`${status.padEnd(8)} ${name}: ${detail}\n${remedy ? `         remedy: ${remedy}\n` : ""}`);
  }
  const passed = results.filter(({ status }) => status === "passed").length;
  process.stdout.write(`${passed} of ${results.length} checks passed\n`);
}

function bundles(folder: string): void {
  const pages = weighPages(folder);
  const faults = tooHeavy(pages, budget);
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  if (faults.length === 0) process.stdout.write(`${pages.length} pages are within the budget\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
