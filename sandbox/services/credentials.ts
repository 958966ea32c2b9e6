import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { readIfPresent, writePrivate } from "./files.ts";

/** Generated passwords of the local services, by purpose; made at first use and kept. */
export interface Credentials {
  get(purpose: string): string;
}

/** The credentials kept in `<directory>/credentials.json`, mode 600. */
export function openCredentials(directory: string): Credentials {
  const path = join(directory, "credentials.json");
  return {
    get(purpose) {
      // Read anew each time: another command may have added one.
      const known: Record<string, string> = JSON.parse(readIfPresent(path) ?? "{}");
      const present = known[purpose];
      if (present !== undefined) return present;
      // Letters and digits only: it stands in URLs and in redis.conf.
      const made = randomBytes(24).toString("hex");
      writePrivate(path, `${JSON.stringify({ ...known, [purpose]: made }, null, 2)}\n`);
      return made;
    },
  };
}
