import { randomBytes } from "node:crypto";
import type pg from "pg";
import type { Manifest } from "../backups/manifest.ts";
import { quoteIdentifier, quoteLiteral, withConnection, withUser } from "../database/connection.ts";
import { messageOf } from "../failure.ts";
import { type CheckResult, roleOf } from "../restore/checks.ts";

/** Reads are tried on so many relations a role: enough to see that the rights mean what they say. */
const TRIED = 20;

/**
 * Logs in as each role of the set and tries what it may and may not read. Only for a throw-away server: the roles
 * receive new passwords, because the real ones are in nobody's hands here.
 */
export async function checkLogIns(server: pg.Client, url: string, manifest: Manifest): Promise<CheckResult> {
  const roles = [...new Set(manifest.access.map(roleOf))];
  const wrong: string[] = [];
  for (const quoted of roles) {
    const role = unquote(quoted);
    const password = randomBytes(18).toString("base64url");
    await server.query(`ALTER ROLE ${quoteIdentifier(role)} PASSWORD ${quoteLiteral(password)}`);
    const lines = manifest.access.filter((line) => roleOf(line) === quoted && !line.endsWith("USAGE"));
    try {
      wrong.push(
        ...(await withConnection(withUser(url, role, password), "drill", (client) => tryReads(client, lines, quoted))),
      );
    } catch (error) {
      wrong.push(`${role} cannot log in: ${messageOf(error)}`);
    }
  }
  const detail = wrong.length === 0 ? `${roles.length} roles` : wrong.slice(0, 5).join("; ");
  return { name: "log-in", ok: wrong.length === 0, detail };
}

async function tryReads(client: pg.Client, lines: readonly string[], role: string): Promise<string[]> {
  const may = (line: string): boolean => / SELECT\b/.test(line) && !line.includes(" (schema closed)");
  const sample = [...lines.filter(may).slice(0, TRIED), ...lines.filter((line) => !may(line)).slice(0, TRIED)];
  const wrong: string[] = [];
  for (const line of sample) {
    const relation = /^("(?:[^"]|"")*"|[^.\s]+)\.("(?:[^"]|"")*"|\S+)/.exec(line.slice(role.length + 1))?.[0] ?? "";
    const reads = await client.query(`SELECT FROM ${relation} LIMIT 1`).then(
      () => true,
      () => false,
    );
    if (reads !== may(line)) wrong.push(`${role} ${reads ? "can" : "cannot"} read ${relation}`);
  }
  return wrong;
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
