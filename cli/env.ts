/** `./thorbis env`: what the applications of a stack are given, for a developer's machine. */
import * as path from "node:path";
import { type Command, Option } from "commander";
import { localEndpoints } from "../sandbox/services/endpoints.ts";
import { environmentFile, writeEnvironmentFile } from "../sandbox/services/environment-file.ts";
import { ServiceFailure } from "../sandbox/services/failure.ts";
import { DEFAULT_STACK, layoutOf } from "../sandbox/services/layout.ts";
import { receivedVariables } from "../sandbox/services/variables.ts";
import { appNames } from "../stacks/environment.ts";
import { type Receiver, variables } from "../stacks/variables.ts";

const root = path.resolve(import.meta.dirname, "..");
const receivers: readonly Receiver[] = [...appNames, "helpdesk-web", "helpdesk-worker"];

interface Flags {
  stack: string;
  cwd: string;
  to: string;
}

export function register(program: Command): void {
  const env = program.command("env").description("write an app's .env.local for this machine");
  env
    .command("pull")
    .description("write .env.local from what the stack declares, with the addresses of the local services")
    .argument("[apps...]", `only these: ${receivers.join(", ")}`)
    .option("--stack <stack>", "whose values", DEFAULT_STACK)
    .addOption(new Option("-C, --cwd <folder>", "folder of the project's Pulumi.yaml").default(root, "this checkout"))
    .option("--to <folder>", "the applications' repository; files go to apps/<app>/.env.local", ".")
    .addHelpText("after", "\nExamples:\n  ./thorbis env pull\n  ./thorbis env pull hs --to ../thorbis\n")
    .action(pull);
}

async function pull(names: string[], { cwd, stack, to }: Flags): Promise<void> {
  const layout = layoutOf(path.resolve(cwd), stack);
  const { authorityPath } = localEndpoints(layout);
  let written = 0;
  for (const receiver of names.length > 0 ? names.map(receiverNamed) : receivers) {
    const values = receivedVariables(layout, placeOf(receiver, stack));
    if (!values) continue;
    // The catalogue knows what each is for; what it does not list is a system's own and not for people.
    const entries = variables.flatMap(({ name, description }) => {
      const value = values[name];
      return value === undefined ? [] : [{ name, value, description }];
    });
    const file = path.resolve(to, "apps", receiver, ".env.local");
    const changed = writeEnvironmentFile(file, environmentFile(entries, authorityPath));
    process.stdout.write(
      `${changed ? "wrote" : "same "}  ${path.relative(process.cwd(), file)}  ${entries.length} variables\n`,
    );
    written++;
  }
  if (written === 0) {
    throw new ServiceFailure(`the stack ${stack} declares none of these on this machine`, {
      remedy: `./thorbis up ${stack}`,
      exitCode: 2,
    });
  }
}

function receiverNamed(name: string): Receiver {
  const found = receivers.find((receiver) => receiver === name);
  if (found) return found;
  throw new ServiceFailure(`there is no app ${name}`, { remedy: `the apps are: ${receivers.join(", ")}`, exitCode: 2 });
}

function placeOf(receiver: Receiver, stack: string) {
  if (receiver === "helpdesk-web") return { helpdesk: "web" } as const;
  if (receiver === "helpdesk-worker") return { helpdesk: "worker" } as const;
  return { project: `thorbis-${receiver}-${stack}` };
}
