/** The command line as `./thorbis` starts it, without the set-up. */
import * as path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");

/** What a person starts: with the set-up, which has nothing to do. */
export const launcher = path.join(root, "thorbis");

export const commandLine = path.join(root, "cli", "main.ts");

export const commandEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_COMPILE_CACHE: path.join(root, ".thorbis", "cache", "node"),
});
