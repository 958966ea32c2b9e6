/** The text of docs/commands.md: every command's help, as the command line itself prints it. */
import type { Command } from "commander";
import { completeProgram } from "./program.ts";

const WIDTH = 110;

export async function commandReference(): Promise<string> {
  const program = await completeProgram();
  const sections = [...everyCommand(program)].map((command) => {
    const depth = "#".repeat(Math.min(4, nameOf(command).split(" ").length + 1));
    return `${depth} ${nameOf(command)}\n\n\`\`\`text\n${helpOf(command).trim()}\n\`\`\`\n`;
  });
  return `# Commands

Made from the commands' own help by \`npm run generate\`; change it there.

${sections.join("\n")}`;
}

function* everyCommand(command: Command): Generator<Command> {
  yield command;
  for (const child of command.commands) if (child.name() !== "help") yield* everyCommand(child);
}

const nameOf = (command: Command): string =>
  command.parent ? `${nameOf(command.parent)} ${command.name()}` : `./${command.name()}`;

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  // Where it was made is nobody's business.
  return text.replaceAll(JSON.stringify(process.cwd()), "this one").replace(/[ \t]+$/gm, "");
}
