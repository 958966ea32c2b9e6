import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ServiceFailure } from "./failure.ts";

/** Not on the PATH of an ordinary user, although servers lie there. */
const SYSTEM = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];

/** The absolute path of a program; a failure with the command that installs it when it is missing. */
export function requireExecutable(
  name: string,
  install: { debian: string; macos: string },
  path = process.env.PATH ?? "",
): string {
  for (const directory of [...path.split(delimiter).filter(Boolean), ...SYSTEM]) {
    const candidate = join(directory, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // The next directory.
    }
  }
  const command = process.platform === "darwin" ? install.macos : install.debian;
  throw new ServiceFailure(`${name} is not installed`, { remedy: `${command}, then start again` });
}
