/** What the rows of PostgreSQL share: the server they are on, the database they are in, the roles they name. */
import { isUnknown, type PropertyMap, type PropertyValue, UNKNOWN } from "../../../engine/values.ts";
import type { Behaviour, Surroundings } from "../../type.ts";

export const text = (inputs: PropertyMap, property: string): string => {
  const found = inputs[property];
  return typeof found === "string" ? found : "";
};

export const strings = (value: PropertyValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((element) => typeof element === "string") : [];

/** The provider records an empty set as none. */
export function orNull(value: PropertyValue | undefined): PropertyValue {
  if (isUnknown(value)) return UNKNOWN;
  const found = strings(value);
  return found.length === 0 ? null : [...found].sort();
}

export function serverOf(configuration: PropertyMap): string {
  return `${text(configuration, "host") || "localhost"}:${String(configuration.port ?? 5432)}`;
}

/** The user with whom the provider connects. */
export const userOf = ({ configuration }: Surroundings): string => text(configuration, "username") || "postgres";

/** The database of a resource: its own, or that of the provider. */
export const databaseOf = (inputs: PropertyMap, { configuration }: Surroundings): string =>
  text(inputs, "database") || text(configuration, "database") || "postgres";

export const onServer = ({ configuration }: Surroundings, name: string): string => `${serverOf(configuration)} ${name}`;

/** Roles that every server has, and those of managed ones. */
const standing = /^(public|postgres|pg_.*|rds_.*)$/i;

export function roleExists(role: string, surroundings: Surroundings): boolean {
  if (standing.test(role) || role === userOf(surroundings)) return true;
  return surroundings.world.owner(`role ${onServer(surroundings, role)}`) !== undefined;
}

export function row(behaviour: Behaviour): Behaviour {
  return { place: (_, configuration) => serverOf(configuration), ...behaviour };
}

export const named = { autoname: { property: "name", maxLength: 63 } };
