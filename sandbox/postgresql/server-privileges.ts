import { ServerRefusal } from "./server.ts";

/** What may be granted on an object of each kind. */
const ALLOWED: Record<string, readonly string[]> = {
  database: ["CREATE", "CONNECT", "TEMPORARY"],
  table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
  sequence: ["USAGE", "SELECT", "UPDATE"],
  schema: ["CREATE", "USAGE"],
  function: ["EXECUTE"],
  procedure: ["EXECUTE"],
  routine: ["EXECUTE"],
  type: ["USAGE"],
  foreign_data_wrapper: ["USAGE"],
  foreign_server: ["USAGE"],
  column: ["SELECT", "INSERT", "UPDATE", "REFERENCES"],
};

/** `MAINTAIN` came with version 17. */
function allowed(objectType: string, version: number): readonly string[] {
  const base = ALLOWED[objectType] ?? [];
  return objectType === "table" && version >= 170_000 ? [...base, "MAINTAIN"] : base;
}

export function requirePrivileges(objectType: string, privileges: readonly string[], version: number): void {
  for (const privilege of privileges) {
    if (privilege === "ALL" || allowed(objectType, version).includes(privilege)) continue;
    throw new ServerRefusal(`${privilege} is not an allowed privilege for object type ${objectType}`);
  }
}

/** Equal as sets, where `ALL` is equal to everything that there is. */
export function samePrivileges(
  objectType: string,
  wanted: readonly string[],
  granted: readonly string[],
  version: number,
): boolean {
  const full = wanted.includes("ALL") ? allowed(objectType, version) : wanted;
  const held = new Set(granted);
  return held.size === new Set(full).size && full.every((privilege) => held.has(privilege));
}
