/** `./thorbis local visit`: each declared app as a browser sees it through the edge. */
import * as fs from "node:fs";
import { join } from "node:path";
import { type Check, CheckFailed, type CheckResult, runChecks } from "../../operations/verification/check.ts";
import { PROJECT, routesOf } from "../../policy/headers/declared.ts";
import { score } from "../../policy/headers/observatory.ts";
import { type EffectiveHeaders, effectiveHeaders, liveHeaders } from "../../policy/headers/routes.ts";
import { readRecord } from "../../policy/recorded.ts";
import { Stack } from "../../policy/stack.ts";
import { openVisitor, type Visitor } from "../../sandbox/edge/visit.ts";
import { localEndpoints } from "../../sandbox/services/endpoints.ts";
import { ServiceFailure } from "../../sandbox/services/failure.ts";
import type { Layout } from "../../sandbox/services/layout.ts";
import { type Applied, appliedStack, textsOf } from "../deployment/applied.ts";
import { print, printJson } from "../print.ts";

export async function runVisit(layout: Layout, names: readonly string[], json: boolean): Promise<void> {
  const applied = await appliedStack("local visit", layout.stack, { cwd: layout.root, sandbox: true });
  const { edgeTlsPort } = localEndpoints(layout);
  const certificate = join(layout.authority, "edge.pem");
  if (edgeTlsPort === 0 || !fs.existsSync(certificate)) {
    throw new ServiceFailure("the edge was never started", { exitCode: 2, remedy: `./thorbis up ${layout.stack}` });
  }
  const apps = chosen(textsOf(applied, "appDomains"), names);
  const declared = declaredPages(applied);
  const visitor = await openVisitor({ tlsPort: edgeTlsPort, certificate: fs.readFileSync(certificate, "utf8") });
  const results: CheckResult[] = [];
  try {
    // One after the other: five pages at once would wait for each other on a small machine.
    for (const { domain, project } of apps.map(([app, domain]) => ({
      domain,
      project: textsOf(applied, "vercelProjects")[app] ?? "",
    }))) {
      results.push(...(await runChecks([visitCheck(visitor, `https://${domain}/`, declared.get(project))])));
    }
  } finally {
    await visitor.close();
  }
  tell(results, json);
}

function chosen(domains: Record<string, string>, names: readonly string[]): [string, string][] {
  const unknown = names.find((name) => !(name in domains));
  if (unknown !== undefined) {
    throw new ServiceFailure(`there is no app ${unknown}`, {
      exitCode: 2,
      remedy: `the apps are: ${Object.keys(domains).join(", ")}`,
    });
  }
  return Object.entries(domains).filter(([app]) => names.length === 0 || names.includes(app));
}

/** What the declared routes answer for the first page, by project id. */
function declaredPages({ resources }: Applied): Map<string, EffectiveHeaders> {
  const stack = new Stack(readRecord({ resources }).results);
  return new Map(
    stack
      .ofType(PROJECT)
      .map((project) => [String(project.props.id), effectiveHeaders(routesOf(stack, project), "/", false).headers]),
  );
}

function visitCheck(visitor: Visitor, url: string, declared: EffectiveHeaders = new Map()): Check {
  return {
    name: `visit ${url}`,
    remedy: "`./thorbis local logs edge` and the app's declared routes show where it comes from",
    async run() {
      const { status, headers, violations, complaints, health } = await visitor.visit(url);
      if (status !== 200) throw new CheckFailed(`answered ${status}`);
      if (violations.length > 0) throw new CheckFailed(`the content security policy forbade ${violations.join("; ")}`);
      if (complaints.length > 0) throw new CheckFailed(`the page complained: ${complaints.join("; ")}`);
      if (health === "") throw new CheckFailed("the page's script did not run");
      const live = liveHeaders(headers);
      const faults = [...declared].flatMap(([key, { name, values }]) => {
        const found = live.get(key)?.values ?? [];
        return JSON.stringify(found) === JSON.stringify(values) ? [] : [`${name} is ${JSON.stringify(found)}`];
      });
      if (faults.length > 0) throw new CheckFailed(`not as declared: ${faults.join("; ")}`);
      const [wanted, points] = [score(declared).points, score(live).points];
      if (wanted !== points) throw new CheckFailed(`scores ${points}, declared are ${wanted}`);
      return `${health}; no violation; ${declared.size} declared headers; scores ${points} as declared`;
    },
  };
}

function tell(results: readonly CheckResult[], json: boolean): void {
  if (json) printJson(results);
  else
    for (const { name, status, detail, remedy } of results)
      print(`${status.padEnd(8)} ${name}: ${detail}${remedy === undefined ? "" : `\n         remedy: ${remedy}`}`);
  process.exitCode = results.every(({ status }) => status === "passed") ? 0 : 1;
}
