import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Command } from "commander";
import { completeProgram } from "../cli/program.ts";

const root = path.resolve(__dirname, "..");
const tracked = execFileSync("git", ["-C", root, "ls-files", "-z", "*.md", ".github/**/*.yml"], {
  encoding: "utf8",
}).split("\0");
const documents = tracked.filter((file) => file !== "" && fs.existsSync(path.join(root, file)));

interface Line {
  file: string;
  number: number;
  /** The words after `./thorbis`, without comments, pipes and redirections. */
  words: string[];
  runnable: boolean;
}

/** Quotes are taken off, variables and placeholders in capitals stay words. */
function wordsOf(command: string): string[] {
  const [first = ""] = command.split(/\s(?:&&|\|\||\||>|<|#)\s?/);
  return [...first.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

/** Commands in fenced `sh` blocks, in `code` and in workflows. A block whose fence says `sh runnable` is run as well. */
function commandsIn(file: string): Line[] {
  const found: Line[] = [];
  let fence: string | undefined;
  for (const [index, line] of fs.readFileSync(path.join(root, file), "utf8").split("\n").entries()) {
    const opening = /^\s*```(.*)$/.exec(line);
    if (opening) {
      fence = fence === undefined ? opening[1]?.trim() : undefined;
      continue;
    }
    const add = (command: string, runnable = false) =>
      found.push({ file, number: index + 1, words: wordsOf(command).slice(1), runnable });
    const inBlock = /^\s*(?:run: |sudo \S+ |run: sudo \S+ )?(\.\/thorbis\b.*)$/.exec(line);
    if (fence?.startsWith("sh") || file.endsWith(".yml")) {
      if (inBlock?.[1]) add(inBlock[1], fence === "sh runnable");
      continue;
    }
    if (fence !== undefined) continue;
    for (const span of line.matchAll(/`(\.\/thorbis [^`]+)`/g)) if (span[1]) add(span[1]);
  }
  return found;
}

const lines = documents.flatMap(commandsIn);

/** Walks down to the command that the words name. @returns what is wrong with them, or `undefined` */
function fault(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  let rest = [...words];
  if (rest[0] === "help") rest = rest.slice(1);
  for (let next = rest[0]; next !== undefined && !next.startsWith("-"); next = rest[0]) {
    const word = next;
    const child = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
    if (!child) break;
    command = child;
    rest = rest.slice(1);
  }
  if (command === program && rest[0] !== undefined && !rest[0].startsWith("-")) return `there is no command ${rest[0]}`;
  if (
    command.commands.length > 0 &&
    rest[0] !== undefined &&
    !rest[0].startsWith("-") &&
    command.registeredArguments.length === 0
  ) {
    return `${command.name()} has no command ${rest[0]}`;
  }
  const operands: string[] = [];
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? "";
    if (!word.startsWith("-")) {
      operands.push(word);
      continue;
    }
    const [name = ""] = word.split("=");
    if (name === "--help") return undefined;
    const option = command.options.find((each) => each.long === name || each.short === name);
    if (!option) return `${command.name()} has no option ${name}`;
    if (option.required && !word.includes("=")) index++;
  }
  const needed = command.registeredArguments.filter((argument) => argument.required).length;
  const most = command.registeredArguments.some((argument) => argument.variadic)
    ? Number.POSITIVE_INFINITY
    : command.registeredArguments.length;
  // A command named alone in a sentence is a name, not a call.
  if (operands.length === 0 && rest.length === 0) return undefined;
  if (operands.length < needed) return `${command.name()} needs ${needed} arguments`;
  return operands.length > most ? `${command.name()} takes ${most} arguments, not ${operands.length}` : undefined;
}

test("documents hold commands, or the tests below would judge nothing", () => {
  expect(lines.length).toBeGreaterThan(20);
});

test("every command of every document and workflow exists, with its options and arguments", async () => {
  const program = await completeProgram();
  const faults = lines.flatMap(({ file, number, words }) => {
    const wrong = fault(program, words);
    return wrong ? [`${file}:${number}: ./thorbis ${words.join(" ")}: ${wrong}`] : [];
  });
  expect(faults).toEqual([]);
});

const runnable = lines.filter((line) => line.runnable);

test.each(runnable.map((line): [string, Line] => [`./thorbis ${line.words.join(" ")}`, line]))(
  "%s runs",
  (_, { words }) => {
    const { status, stderr } = spawnSync(path.join(root, "thorbis"), words, {
      cwd: root,
      encoding: "utf8",
      timeout: 120_000,
    });
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
  },
);

test("every file that a document links to exists", () => {
  const broken = documents
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) =>
      [...fs.readFileSync(path.join(root, file), "utf8").matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
        .map((link) => link[1] ?? "")
        .filter((target) => !fs.existsSync(path.resolve(root, path.dirname(file), target)))
        .map((target) => `${file}: ${target}`),
    );
  expect(broken).toEqual([]);
});
