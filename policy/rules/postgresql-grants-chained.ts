import { soc2 } from "../frameworks.ts";
import { text } from "../properties.ts";
import { everywhere, stackRule } from "../rule.ts";
import type { Stack } from "../stack.ts";
import type { Subject } from "../subject.ts";

const GRANT = "postgresql:index/grant:Grant";

export const postgresqlGrantsChained = stackRule({
  name: "postgresql-grants-chained",
  title: "Grants wait for each other",
  description:
    "The grants on one database depend on each other in a chain: two at the same time fail now and then (tuple concurrently updated).",
  severity: "medium",
  frameworks: [soc2("CC8.1")],
  remediation: "Let each grant depend on the one before it (dependsOn).",
  link: "https://github.com/cyrilgdn/terraform-provider-postgresql/issues/178",
  // A program with few grants rarely meets it; config.json makes it stricter for its own projects.
  levels: everywhere("advisory"),
  types: [GRANT],
  check(stack, context) {
    const last = new Map<string, Subject>();
    // A stack lists a resource after those that it depends on, so a chain is met in its own order.
    context.each(stack.ofType(GRANT), (grant) => {
      const declared = stack.target(grant, "database", "postgresql:index/database:Database");
      const database = `${grant.provider?.urn ?? ""} ${declared?.urn ?? text(grant.props.database) ?? ""}`;
      const before = last.get(database);
      last.set(database, grant);
      if (before !== undefined && !waitsFor(stack, grant, before.urn))
        context.report(`does not wait for ${before.name}, a grant on the same database`, grant);
    });
  },
});

/** Whether a resource depends on another, directly or by way of others. */
function waitsFor(stack: Stack, from: Subject, urn: string): boolean {
  const seen = new Set<string>();
  const open = [...from.dependencies];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === urn) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(stack.byUrn(next)?.dependencies ?? []));
  }
  return false;
}
