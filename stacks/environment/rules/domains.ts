import type { Problem } from "../../problem.ts";
import { rule } from "../rule.ts";

const local = (name: string) => /(?:^|\.)localhost(?::\d+)?$|^127\.|\.local(?::\d+)?$/.test(name);
const withoutPort = (origin: string) => origin.replace(/:\d+$/, "");

/** Every name under which something is reached, with its path. */
function namesOf(
  apps: Readonly<
    Record<string, { readonly domains: readonly string[]; readonly redirects: readonly string[] } | undefined>
  >,
  helpdesk: string,
): { path: string; name: string }[] {
  const ofApps = Object.entries(apps).flatMap(([app, names]) =>
    (["domains", "redirects"] as const).flatMap((kind) =>
      (names?.[kind] ?? []).map((name, index) => ({ path: `apps.${app}.${kind}[${index}]`, name })),
    ),
  );
  return [...ofApps, { path: "helpdesk.domain", name: withoutPort(helpdesk) }];
}

export const domainRules = [
  rule(["tier", "domain", "apps", "helpdesk.domain"], (tier, domain, apps, helpdesk) =>
    tier === "development"
      ? undefined
      : [{ path: "domain", name: domain }, ...namesOf(apps, helpdesk)]
          .filter(({ name }) => local(name) || !name.includes(".") || /:\d+$/.test(name))
          .map(({ path, name }) => ({
            path,
            reason: `"${name}" is reached on this machine only, and the tier is ${tier}`,
            remedy: "Write a public name without a port, or set `tier: development`.",
          })),
  ),
  rule(["apps", "helpdesk.domain"], (apps, helpdesk) => {
    const seen = new Map<string, string>();
    return namesOf(apps, helpdesk).flatMap(({ path, name }): Problem[] => {
      const first = seen.get(name);
      seen.set(name, first ?? path);
      return first === undefined
        ? []
        : [{ path, reason: `"${name}" is taken by ${first}`, remedy: "Give each name to one app only." }];
    });
  }),
  rule(["domain", "apps"], (domain, apps) =>
    apps.site.domains[0] === withoutPort(domain)
      ? undefined
      : {
          path: "apps.site.domains[0]",
          reason: `is "${apps.site.domains[0]}", but the platform's domain is "${withoutPort(domain)}"`,
          remedy: "The marketing site answers at the platform's domain: make both the same.",
        },
  ),
  rule(["domain", "apps", "helpdesk.domain"], (domain, apps, helpdesk) => {
    const zone = withoutPort(domain);
    return namesOf(apps, helpdesk)
      .filter(({ name }) => name !== zone && !name.endsWith(`.${zone}`))
      .map(({ path, name }) => ({
        path,
        reason: `"${name}" does not lie under "${zone}"`,
        remedy: `Write a name that ends with .${zone}: only that zone's records are managed here.`,
      }));
  }),
  rule(["tier", "helpdesk.mail"], (tier, mail) =>
    tier !== "development" && mail.kind === "smtp" && local(mail.host)
      ? {
          path: "helpdesk.mail.host",
          reason: `"${mail.host}" is this machine, and the tier is ${tier}`,
          remedy: "Write the mail server's public name, or use `kind: ses`.",
        }
      : undefined,
  ),
];
