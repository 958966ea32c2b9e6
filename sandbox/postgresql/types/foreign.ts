/** Foreign servers and the users with whom they are reached. */
import type { Service } from "../../package.ts";
import { length } from "../../rules.ts";
import { onServer, roleExists, row, text, userOf } from "./common.ts";
import facts from "./foreign.json" with { type: "json" };

export const foreign: Service = {
  file: "sandbox/postgresql/types/foreign.json",
  facts,
  behaviours: {
    "postgresql:index/server:Server": row({
      rules: [length("serverName", 1, 63)],
      unique: (inputs, surroundings) => [`foreign server ${onServer(surroundings, text(inputs, "serverName"))}`],
      taken: (inputs) => `server "${text(inputs, "serverName")}" already exists (42710)`,
      id: (inputs) => text(inputs, "serverName"),
      outputs: (inputs, surroundings) => ({ serverOwner: inputs.serverOwner ?? userOf(surroundings) }),
    }),
    "postgresql:index/userMapping:UserMapping": row({
      unique: (inputs, surroundings) => [
        `user mapping ${onServer(surroundings, `${text(inputs, "userName")} ${text(inputs, "serverName")}`)}`,
      ],
      taken: (inputs) => `user mapping for "${text(inputs, "userName")}" already exists (42710)`,
      admit(inputs, surroundings) {
        const user = text(inputs, "userName");
        return roleExists(user, surroundings) ? undefined : `role "${user}" does not exist (42704)`;
      },
      id: (inputs) => `${text(inputs, "userName")}.${text(inputs, "serverName")}`,
    }),
  },
};
