import { pci, soc2 } from "../frameworks.ts";
import { type CspFinding, judgeCsp, SHARED_HOSTS } from "../headers/csp.ts";
import { PROJECT } from "../headers/declared.ts";
import { judgePages, pathSettings } from "../headers/pages.ts";
import { setting, sharedEnvironments, stackRule } from "../rule.ts";

export const vercelHeadersCspStrength = stackRule({
  name: "vercel-headers-csp-strength",
  title: "The content security policy holds",
  description:
    "The Content-Security-Policy lets in nothing that an attacker can supply: no inline code, no wildcards of shared hosts, no missing directive.",
  severity: "high",
  frameworks: [pci("6.4.3"), soc2("CC6.8")],
  remediation:
    "Name every source exactly, move inline code to files or hashes, and state base-uri, form-action, frame-ancestors and a report target.",
  link: "https://csp-evaluator.withgoogle.com/",
  levels: sharedEnvironments,
  types: [PROJECT],
  settings: {
    ...pathSettings,
    sharedHosts: setting.texts(SHARED_HOSTS, "Domains under which anybody can have a host"),
  },
  check(stack, context) {
    // Most answers carry the same policy.
    const judged = new Map<string, readonly CspFinding[]>();
    const faultsOf = (policy: string): readonly CspFinding[] => {
      const known = judged.get(policy) ?? judgeCsp(policy, context.settings.sharedHosts);
      judged.set(policy, known);
      return known;
    };
    judgePages(stack, context, ({ headers }) => {
      // Several policies are all enforced: one that holds is enough, and the one with the fewest faults is judged.
      const policies = headers.get("content-security-policy")?.values ?? [];
      const faults = policies.map(faultsOf);
      const least = faults.sort((a, b) => a.length - b.length)[0] ?? [];
      return least.map(({ message }) => `Content-Security-Policy, ${message}`);
    });
  },
});
