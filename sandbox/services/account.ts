import { readFileSync } from "node:fs";
import { ServiceFailure } from "./failure.ts";

/** A system user under whose name a service runs. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The account that a server gets which refuses to run as root (Postgres does). `undefined` where we are not root: the
 * server then runs under our own name.
 */
export function unprivilegedAccount(
  name: string,
  { uid = process.getuid?.(), passwd = "/etc/passwd" }: { uid?: number | undefined; passwd?: string } = {},
): Account | undefined {
  if (uid !== 0) return undefined;
  for (const line of readFileSync(passwd, "utf8").split("\n")) {
    const [user, , id, group] = line.split(":");
    if (user === name) return { name, uid: Number(id), gid: Number(group) };
  }
  throw new ServiceFailure(
    `we run as root, and the system user ${name}, under whose name the server must run, does not exist`,
    {
      remedy: `create it (\`useradd --system ${name}\`), or run as an ordinary user`,
    },
  );
}
