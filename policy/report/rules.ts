/** The rules themselves, for `policy list`, `policy explain` and docs/policies.md. */
import { levelOf, type PackConfig, settingsOf } from "../config.ts";
import type { Rule, Tier } from "../rule.ts";
import { TIERS } from "../rule.ts";

/** A line a rule, beginning with its name. */
export function listRules(rules: readonly Rule[], config: PackConfig): string {
  const width = Math.max(...rules.map(({ name }) => name.length));
  return sorted(rules)
    .map((rule) => {
      const levels = TIERS.map((tier) => `${tier} ${levelOf(rule, tier, config)}`).join(", ");
      return `${rule.name.padEnd(width)}  ${rule.severity.padEnd(8)}  ${levels}  ${rule.title}`;
    })
    .join("\n");
}

export function explainRule(rule: Rule, config: PackConfig): string {
  const settings = Object.entries(rule.settings);
  return [
    `${rule.name}: ${rule.title}`,
    "",
    rule.description,
    "",
    `Severity:   ${rule.severity}`,
    `Levels:     ${TIERS.map((tier) => `${tier} ${levelOf(rule, tier, config)}`).join(", ")}`,
    `Judges:     ${rule.kind === "step" ? "planned steps" : `${rule.kind === "stack" ? "the whole stack, by" : "one"} ${rule.types.join(", ")}`}`,
    `Frameworks: ${rule.frameworks.map(({ name, reference, version }) => `${name} ${version} ${reference}`).join("; ")}`,
    `Mend:       ${rule.remediation}`,
    `Source:     ${rule.link}`,
    ...(settings.length === 0 ? [] : ["", "Settings:"]),
    ...settings.map(([name, { default: value, description, type }]) => {
      const chosen = TIERS.map((tier) => chosenFor(rule, tier, config, name)).filter((line) => line !== undefined);
      return [
        `  ${name} (${type}, ${JSON.stringify(value)}): ${description}`,
        ...chosen.map((line) => `    ${line}`),
      ].join("\n");
    }),
  ].join("\n");
}

function chosenFor(rule: Rule, tier: Tier, config: PackConfig, name: string): string | undefined {
  const value = settingsOf(rule, tier, config)[name];
  return value === undefined ? undefined : `${tier}: ${JSON.stringify(value)}`;
}

/** What `--json` prints: everything but the check itself. */
export function ruleRecord(rule: Rule, config: PackConfig): object {
  const levels = Object.fromEntries(TIERS.map((tier) => [tier, levelOf(rule, tier, config)]));
  const { description, frameworks, kind, link, name, remediation, settings, severity, title } = rule;
  return { name, title, description, severity, levels, kind, frameworks, remediation, link, settings };
}

const TABLE_HEAD = `# Policies

Every rule of the pack in \`policy/\`, written by \`./thorbis policy list --markdown\`. Why a rule exists, its settings and
what to do about a finding: \`./thorbis policy explain <rule>\`. How the pack is used, configured and waived:
\`policy/README.md\`.

| rule | severity | development | staging | production | what holds |
| --- | --- | --- | --- | --- | --- |
`;

export function rulesDocument(rules: readonly Rule[], config: PackConfig): string {
  const rows = sorted(rules).map((rule) => {
    const levels = TIERS.map((tier) => levelOf(rule, tier, config)).join(" | ");
    return `| [\`${rule.name}\`](${rule.link}) | ${rule.severity} | ${levels} | ${rule.description.replaceAll("|", "\\|")} |`;
  });
  return `${TABLE_HEAD}${rows.join("\n")}\n`;
}

const sorted = (rules: readonly Rule[]): Rule[] => [...rules].sort((a, b) => a.name.localeCompare(b.name));
