/** `./thorbis policy`: the rules, one rule in full, and a check of what was recorded. */
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { text as readAll } from "node:stream/consumers";
import { Argument, type Command, Option } from "commander";
import { checkRecord, type Pack, type Report, refusing, shippedPack, undecided } from "../policy/check.ts";
import { readRecord, UnreadableRecordError } from "../policy/recorded.ts";
import { junitReport } from "../policy/report/junit.ts";
import { explainRule, listRules, ruleRecord, rulesDocument } from "../policy/report/rules.ts";
import { sarifReport } from "../policy/report/sarif.ts";
import { textReport } from "../policy/report/text.ts";

type Format = "text" | "json" | "sarif" | "junit";

class UnknownRuleError extends Error {
  readonly exitCode = 2;
  readonly remedy = "`./thorbis policy list` names every rule.";

  constructor(name: string, similar: readonly string[]) {
    super(`there is no rule ${name}${similar.length > 0 ? `; did you mean ${similar.join(" or ")}?` : ""}`);
    this.name = "UnknownRuleError";
  }
}

export function register(program: Command): void {
  const policy = program.command("policy").description("The policies that guard the stacks: list, explain, check");
  policy
    .command("list")
    .description("List every rule with its severity and its level in each environment")
    .option("--json", "print an array of rules")
    .option("--markdown", "print the table of docs/policies.md")
    .action((options: { json?: boolean; markdown?: boolean }) => {
      const { config, rules } = shippedPack();
      if (options.json)
        print(
          JSON.stringify(
            rules.map((rule) => ruleRecord(rule, config)),
            undefined,
            2,
          ),
        );
      else print(options.markdown ? rulesDocument(rules, config).trimEnd() : listRules(rules, config));
    });
  policy
    .command("explain")
    .description("Explain one rule: what it judges, why, its settings, and how to mend a finding")
    .addArgument(new Argument("<rule>", "name of the rule, as `list` prints it"))
    .option("--json", "print the rule as an object")
    .addHelpText("after", "\nExample:\n  ./thorbis policy explain vercel-headers-csp-strength")
    .action((name: string, options: { json?: boolean }) => {
      const { config, rules } = shippedPack();
      const rule = rules.find((candidate) => candidate.name === name);
      if (rule === undefined) {
        throw new UnknownRuleError(
          name,
          rules
            .map((candidate) => candidate.name)
            .filter((known) => known.includes(name))
            .slice(0, 3),
        );
      }
      print(options.json ? JSON.stringify(ruleRecord(rule, config), undefined, 2) : explainRule(rule, config));
    });
  policy
    .command("check")
    .description("Judge an exported state or a preview without running the program")
    .addArgument(new Argument("[file]", "a state or a preview in JSON; standard input without it").default("-"))
    .option("--json", "short for --format json")
    .addOption(
      new Option("--format <format>", "form of the report").choices(["text", "json", "sarif", "junit"]).default("text"),
    )
    .option("--output <file>", "write the report to a file instead of printing it")
    .option("--decided", "also fail while a mandatory rule is undecided; for a state after an apply")
    .addHelpText(
      "after",
      [
        "",
        "Exit codes: 0 nothing is refused, 2 the record is not readable, 3 refused.",
        "",
        "Examples:",
        "  ./thorbis state export production | ./thorbis policy check",
        "  ./thorbis preview staging --json > preview.json && ./thorbis policy check preview.json --format sarif --output policy.sarif",
      ].join("\n"),
    )
    .action(async (file: string, options: { json?: boolean; format: Format; output?: string; decided?: boolean }) => {
      const pack = shippedPack();
      const report = withinProject(checkRecord(readRecord(await parsed(file)), pack, new Date()));
      const written = formatted(report, options.json ? "json" : options.format, pack);
      if (options.output === undefined) print(written.trimEnd());
      else await fs.writeFile(options.output, written);
      const open = options.decided ? undecided(report.findings).length : 0;
      if (refusing(report.findings).length + open > 0) process.exitCode = 3;
    });
}

/** Code hosts want paths within the repository. */
function withinProject(report: Report): Report {
  const root = path.resolve(import.meta.dirname, "..");
  const findings = report.findings.map((finding) =>
    finding.source !== undefined && path.isAbsolute(finding.source.file)
      ? { ...finding, source: { ...finding.source, file: path.relative(root, finding.source.file) } }
      : finding,
  );
  return { ...report, findings };
}

function formatted(report: Report, format: Format, { rules }: Pack): string {
  if (format === "json") return `${JSON.stringify(report, undefined, 2)}\n`;
  if (format === "sarif") return `${JSON.stringify(sarifReport(report, rules), undefined, 2)}\n`;
  return format === "junit" ? junitReport(report, rules) : `${textReport(report)}\n`;
}

async function parsed(file: string): Promise<unknown> {
  try {
    return JSON.parse(file === "-" ? await readAll(process.stdin) : await fs.readFile(file, "utf8"));
  } catch (error) {
    throw new UnreadableRecordError(error instanceof Error ? error.message : String(error));
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
