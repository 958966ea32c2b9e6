/** What every command on a stack needs: the project, the stack's file, its secrets and its state. */
import * as path from "node:path";
import { type Project, readProject } from "../../engine/config/project.ts";
import {
  holdsSecureValues,
  readStackFile,
  resolveConfiguration,
  type StackFile,
} from "../../engine/config/stack-file.ts";
import { ProjectFileError } from "../../engine/config/yaml-file.ts";
import type { ConfigValue } from "../../engine/deployment/request.ts";
import { Keyring } from "../../engine/secrets/keyring.ts";
import type { Sealer } from "../../engine/secrets/passphrase.ts";
import { StackState } from "../../engine/state/stack-state.ts";
import { configurationProblems } from "../../stacks/judgement.ts";
import { ConfigurationError } from "../../stacks/problem.ts";

export interface Session {
  project: Project;
  file: StackFile;
  stack: string;
  /** The project's `.thorbis`. */
  local: string;
  keyring: Keyring;
  state: StackState;
  config: Record<string, ConfigValue>;
  /** Sealed values that this run may not see. */
  omitted: string[];
}

export const stateRoot = (project: Project): string => path.join(project.directory, ".thorbis", "state");

export async function openSession(directory: string, stack: string): Promise<Session> {
  const project = await readProject(path.resolve(directory));
  const file = await readStackFile(project, stack);
  const local = path.join(project.directory, ".thorbis");
  const keyring = new Keyring({ directory: path.join(local, "secrets"), environment: process.env });
  const { config, omitted } = resolveConfiguration(file, await configurationSealer(file, keyring));
  const state = new StackState({ root: stateRoot(project), project: project.name, stack }, keyring);
  return { project, file, stack, local, keyring, state, config, omitted };
}

/** Only a passphrase that was given opens a stack file: without one the run goes on without what is sealed in it. */
async function configurationSealer(file: StackFile, keyring: Keyring): Promise<Sealer | undefined> {
  if (!holdsSecureValues(file.values) || !keyring.hasGivenPassphrase) return undefined;
  if (file.encryptionSalt === undefined) {
    throw new ProjectFileError(
      `${file.name}: it holds sealed values but no encryptionsalt to open them`,
      file.secretsProvider ? "They are sealed by another provider: use the Pulumi CLI (--engine pulumi)." : undefined,
    );
  }
  return keyring.open(file.encryptionSalt);
}

/**
 * Judges this product's configuration before the program starts: mistakes are told all at once, in no time, and end
 * with their own exit code. The program judges the same once more, since it also runs under the Pulumi CLI.
 */
export function judgeConfiguration(session: Session, options: { mayPretend: boolean }): void {
  if (session.project.name !== "thorbis") return;
  const prefix = "thorbis:";
  const problems = configurationProblems({
    stack: session.stack,
    keys: Object.keys(session.config)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length)),
    environment: parsed(session.config["thorbis:environment"]),
    secrets: parsed(session.config["thorbis:secrets"]),
    mayPretend: options.mayPretend,
  });
  if (problems.length > 0) throw new ConfigurationError(session.file.name, problems);
}

function parsed(entry: ConfigValue | undefined): unknown {
  if (entry === undefined) return undefined;
  try {
    return JSON.parse(entry.value);
  } catch {
    return entry.value;
  }
}
