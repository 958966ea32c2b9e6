import { join } from "node:path";

/** Where the local services of one stack of one checkout keep what is theirs. */
export interface Layout {
  /** The checkout. */
  root: string;
  stack: string;
  /** `.thorbis/local/<stack>`. */
  directory: string;
  /** Where the sandbox keeps what was declared, in all stacks. */
  world: string;
  /** The Python environment of the AWS emulator; shared by the stacks of a checkout. */
  venv: string;
  authority: string;
  ports: string;
  lock: string;
  service(name: string): { directory: string; record: string; log: string; marker: string };
}

/** The stack whose services start when none is named. */
export const DEFAULT_STACK = "development";

export function layoutOf(root: string, stack: string = DEFAULT_STACK): Layout {
  const local = join(root, ".thorbis", "local");
  const directory = join(local, stack);
  return {
    root,
    stack,
    directory,
    world: join(root, ".thorbis", "sandbox"),
    venv: join(local, "venv"),
    authority: join(local, "authority"),
    ports: join(directory, "ports.json"),
    lock: join(directory, "lock"),
    service: (name) => ({
      directory: join(directory, name),
      record: join(directory, `${name}.process.json`),
      log: join(directory, `${name}.log`),
      marker: `${directory}:${name}`,
    }),
  };
}
