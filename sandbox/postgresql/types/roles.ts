/** Roles, and their membership in others. */
import type { PropertyMap } from "../../../engine/values.ts";
import type { Service } from "../../package.ts";
import { conflict, length, type Rule, range, refuses } from "../../rules.ts";
import { named, onServer, orNull, roleExists, row, strings, text } from "./common.ts";
import facts from "./roles.json" with { type: "json" };

const roleName = (inputs: PropertyMap): string => text(inputs, "name");

const expiry: Rule = refuses("validUntil", /^$/, "must be a moment or 'infinity'");

export const roles: Service = {
  file: "sandbox/postgresql/types/roles.json",
  facts,
  behaviours: {
    "postgresql:index/role:Role": row({
      ...named,
      rules: [
        length("name", 1, 63),
        refuses("name", /^pg_/, 'role names that begin with "pg_" are reserved'),
        range("connectionLimit", -1, 2 ** 31 - 1),
        range("statementTimeout", 0, 2 ** 31 - 1),
        range("idleInTransactionSessionTimeout", 0, 2 ** 31 - 1),
        conflict("password", "passwordWo"),
        expiry,
      ],
      unique: (inputs, surroundings) => [`role ${onServer(surroundings, roleName(inputs))}`],
      taken: (inputs) => `error creating role ${roleName(inputs)}: role "${roleName(inputs)}" already exists (42710)`,
      admit(inputs, surroundings) {
        const missing = strings(inputs.roles).find((role) => !roleExists(role, surroundings));
        return missing === undefined ? undefined : `could not grant role: role "${missing}" does not exist (42704)`;
      },
      id: roleName,
      foreseen: (inputs) => ({ roles: orNull(inputs.roles) }),
      outputs: (inputs) => ({
        assumeRole: inputs.assumeRole ?? "",
        idleInTransactionSessionTimeout: inputs.idleInTransactionSessionTimeout ?? 0,
        roles: orNull(inputs.roles),
        statementTimeout: inputs.statementTimeout ?? 0,
      }),
      unset: {
        encrypted: null,
        password: null,
        passwordWo: null,
        passwordWoVersion: null,
        roles: null,
        searchPaths: null,
        assumeRole: "",
        idleInTransactionSessionTimeout: 0,
        statementTimeout: 0,
      },
    }),
    "postgresql:index/grantRole:GrantRole": row({
      unique: (inputs, surroundings) => [
        `membership ${onServer(surroundings, `${text(inputs, "role")} ${text(inputs, "grantRole")}`)}`,
      ],
      taken: "overwrite",
      admit(inputs, surroundings) {
        if (text(inputs, "grantRole") === "pg_database_owner") {
          return 'role "pg_database_owner" cannot have explicit members (0LP01)';
        }
        const missing = [text(inputs, "role"), text(inputs, "grantRole")].find(
          (role) => !roleExists(role, surroundings),
        );
        return missing === undefined ? undefined : `role "${missing}" does not exist (42704)`;
      },
      id: (inputs) =>
        [text(inputs, "role"), text(inputs, "grantRole"), String(inputs.withAdminOption ?? false)].join("_"),
    }),
  },
};
