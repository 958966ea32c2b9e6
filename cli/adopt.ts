/** `./thorbis adopt`: existing resources become the program's own, without a change to any of them. */
import * as fs from "node:fs";
import type { Command } from "commander";
import { nameOf } from "../engine/urn.ts";
import { choose } from "../operations/adoption/choice.ts";
import { Declared } from "../operations/adoption/declared.ts";
import { formOf } from "../operations/adoption/identifiers.ts";
import { chosenIn, importFile, parseImportFile } from "../operations/adoption/import-file.ts";
import { describeProof, isClean, updatesOnly } from "../operations/adoption/proof.ts";
import { OperationFailure } from "../operations/failure.ts";
import type { Adopter } from "./adoption/adopter.ts";
import { cloudAdopter } from "./adoption/cloud.ts";
import { embeddedAdopter } from "./adoption/embedded.ts";
import { exitCodeHelp, type Flags, targetOptions } from "./deployment/flags.ts";
import { judgeConfiguration, openSession } from "./deployment/session.ts";
import { describeTarget, targetOf } from "./deployment/target.ts";
import { print, printJson } from "./print.ts";

const examples = `
The file is that of \`pulumi import --file\`. Adopting reads what exists and writes the state only; it is refused unless a
preview with the resources in the state does nothing to them. docs/adoption.md is the procedure.

Examples:
  ./thorbis adopt list production --cloud --match backups
  ./thorbis adopt plan production --cloud backups-bucket=thorbis-production-backups --out adoption.json
  ./thorbis adopt apply production --cloud --file adoption.json
${exitCodeHelp}`;

type AdoptFlags = Pick<Flags, "cwd" | "sandbox" | "cloud" | "engine" | "json" | "services">;

export function register(program: Command): void {
  const adopt = program
    .command("adopt")
    .description("Take existing resources over into a stack: a project, a bucket, a database; none is changed")
    .addHelpText("after", examples);
  const stackCommand = (name: string) =>
    targetOptions(adopt.command(name))
      .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
      .option("--no-services", "the simulated world alone, without the real services behind development");
  stackCommand("list")
    .description("What the program declares and the state lacks, with the form of its id")
    .option("--match <text>", "only what has this in its type or name")
    .option("--json", "print it as JSON")
    .action(list);
  stackCommand("plan")
    .description("Write the import file for existing resources, with the parts that go by the same id")
    .argument("<name=id...>", "a resource of the program, by name, <type>::<name> or URN, and the id of what exists")
    .requiredOption("--out <file>", "where to write it")
    .option("--without <name...>", "parts that do not exist yet")
    .action(plan);
  stackCommand("apply")
    .description(
      "Import what the file names, and prove that the program says what exists; or leave the state as it was",
    )
    .requiredOption("--file <file>", "what `plan` wrote")
    .option(
      "--with-differences",
      "also when the next apply would update them in place; never when it would replace them",
    )
    .action(apply);
}

async function adopterFor(what: string, stack: string, flags: AdoptFlags): Promise<Adopter> {
  const target = targetOf("preview", stack, flags);
  process.stderr.write(`${describeTarget(`adopt ${what}`, stack, target)}\n`);
  if (target.engine === "pulumi") return cloudAdopter({ cwd: flags.cwd, stack, target });
  const session = await openSession(flags.cwd, stack);
  judgeConfiguration(session, { mayPretend: true });
  return embeddedAdopter(session, flags);
}

async function list(stack: string, flags: AdoptFlags & { match?: string }): Promise<void> {
  const { match = "" } = flags;
  const declared = new Declared(await (await adopterFor("list", stack, flags)).steps());
  const rows = declared
    .candidates()
    .map(({ urn, type }) => ({ name: nameOf(urn), type, urn, id: formOf(type) }))
    .filter(({ name, type }) => `${type}::${name}`.includes(match));
  if (flags.json) return printJson(rows);
  if (rows.length === 0) print("the state has everything that the program declares");
  for (const { name, type, id } of rows) print(`${type}::${name}\n    id: ${id}`);
}

async function plan(stack: string, pairs: string[], flags: AdoptFlags & { out: string; without?: string[] }) {
  const adopter = await adopterFor("plan", stack, flags);
  const declared = new Declared(await adopter.steps());
  const { ids, parts } = choose(declared, pairs, flags.without);
  const trial = await adopter.tryOut?.(ids);
  const absent = trial?.absent ?? [];
  refuseAbsent(
    absent.filter((urn) => !parts.has(urn)),
    ids,
  );
  // A part that was never made is made by the next apply.
  for (const urn of absent) {
    ids.delete(urn);
    print(`left out: ${urn} does not exist`);
  }
  const file = importFile(declared, ids);
  fs.writeFileSync(flags.out, `${JSON.stringify(file, null, 2)}\n`);
  for (const [urn, id] of ids) print(`${urn}\n    id: ${id}${parts.has(urn) ? " (a part)" : ""}`);
  if (trial) {
    print(describeProof(trial.verdicts));
    if (!isClean(trial.verdicts)) process.exitCode = 4;
  }
  print(`Written: ${flags.out}; then: ./thorbis adopt apply ${stack} --file ${flags.out}`);
}

function refuseAbsent(absent: readonly string[], ids: ReadonlyMap<string, string>): void {
  if (absent.length === 0) return;
  const lines = absent.map((urn) => `  ${urn}: nothing with the id ${ids.get(urn)} exists`);
  throw new OperationFailure(`nothing was adopted:\n${lines.join("\n")}`, {
    remedy: "compare the ids with the provider's console; ./thorbis adopt list says how each is formed",
  });
}

async function apply(stack: string, flags: AdoptFlags & { file: string; withDifferences?: boolean }): Promise<void> {
  if (!fs.existsSync(flags.file))
    throw new OperationFailure(`${flags.file} does not exist`, {
      exitCode: 2,
      remedy: "./thorbis adopt plan writes it",
    });
  const file = parseImportFile(fs.readFileSync(flags.file, "utf8"), flags.file);
  const adopter = await adopterFor("apply", stack, flags);
  const declared = new Declared(await adopter.steps());
  const ids = chosenIn(file, declared);
  refuseAdopted([...ids.keys()].filter((urn) => !declared.isNew(urn)));
  const may = flags.withDifferences ? updatesOnly : isClean;
  const { absent, verdicts } = await adopter.adopt(declared, ids, may);
  refuseAbsent(absent, ids);
  print(describeProof(verdicts));
  if (may(verdicts)) return print(`Adopted ${ids.size} resources; none was changed.`);
  throw new OperationFailure("nothing was adopted: the program does not say what exists", {
    exitCode: 4,
    remedy: updatesOnly(verdicts)
      ? "make the program or the resource fit as said above, or give --with-differences: the next apply then updates them"
      : "make the program fit as said above: what would be replaced or deleted is never adopted",
  });
}

function refuseAdopted(urns: readonly string[]): void {
  if (urns.length === 0) return;
  throw new OperationFailure(`the state has these already:\n${urns.map((urn) => `  ${urn}`).join("\n")}`, {
    exitCode: 2,
    remedy: "write the file anew: ./thorbis adopt plan",
  });
}
