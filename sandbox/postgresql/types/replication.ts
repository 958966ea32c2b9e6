/** Publications, subscriptions and replication slots. */
import type { PropertyMap } from "../../../engine/values.ts";
import type { Service } from "../../package.ts";
import { conflict, matches, type Rule } from "../../rules.ts";
import type { Surroundings } from "../../type.ts";
import { databaseOf, named, onServer, row, text, userOf } from "./common.ts";
import facts from "./replication.json" with { type: "json" };

const slotName: Rule = matches("name", /^[a-z0-9_]{1,63}$/, "has lower-case letters, digits and underscores");

const inDatabase = (inputs: PropertyMap, surroundings: Surroundings): string =>
  `${databaseOf(inputs, surroundings)}.${text(inputs, "name")}`;

const taken =
  (kind: string) =>
  (inputs: PropertyMap): string =>
    `${kind} "${text(inputs, "name")}" already exists (42710)`;

export const replication: Service = {
  file: "sandbox/postgresql/types/replication.json",
  facts,
  behaviours: {
    "postgresql:index/physicalReplicationSlot:PhysicalReplicationSlot": row({
      ...named,
      rules: [slotName],
      unique: (inputs, surroundings) => [`replication slot ${onServer(surroundings, text(inputs, "name"))}`],
      taken: taken("replication slot"),
      id: (inputs) => text(inputs, "name"),
    }),
    "postgresql:index/replicationSlot:ReplicationSlot": row({
      ...named,
      rules: [slotName],
      unique: (inputs, surroundings) => [`replication slot ${onServer(surroundings, text(inputs, "name"))}`],
      taken: taken("replication slot"),
      id: inDatabase,
      outputs: (inputs, surroundings) => ({ database: databaseOf(inputs, surroundings) }),
    }),
    "postgresql:index/publication:Publication": row({
      ...named,
      rules: [conflict("allTables", "tables")],
      unique: (inputs, surroundings) => [`publication ${onServer(surroundings, inDatabase(inputs, surroundings))}`],
      taken: taken("publication"),
      id: inDatabase,
      outputs: (inputs, surroundings) => ({
        allTables: inputs.allTables ?? false,
        database: databaseOf(inputs, surroundings),
        owner: inputs.owner ?? userOf(surroundings),
        publishParams: inputs.publishParams ?? ["insert", "update", "delete", "truncate"],
        tables: inputs.tables ?? [],
      }),
    }),
    "postgresql:index/subscription:Subscription": row({
      ...named,
      rules: [matches("conninfo", /\S/, "must not be empty")],
      unique: (inputs, surroundings) => [`subscription ${onServer(surroundings, inDatabase(inputs, surroundings))}`],
      taken: taken("subscription"),
      id: inDatabase,
      outputs: (inputs, surroundings) => ({ database: databaseOf(inputs, surroundings) }),
    }),
  },
};
