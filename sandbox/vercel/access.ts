/** Who may do what: teams, members, groups and tokens. */
import type { Service } from "../package.ts";
import { exactlyOne, length } from "../rules.ts";
import facts from "./access.json" with { type: "json" };
import { letters, newId, projectRow, row, sandboxTeam, text } from "./common.ts";

export const access: Service = {
  file: "sandbox/vercel/access.json",
  facts,
  behaviours: {
    "vercel:index/accessGroup:AccessGroup": row({
      autoname: { property: "name", maxLength: 50 },
      rules: [length("name", 1, 50)],
      unique: (inputs, { team }) => [`access group ${team} ${text(inputs, "name")}`],
      id: () => newId("ag"),
    }),
    "vercel:index/accessGroupMember:AccessGroupMember": row({
      id: (inputs) => `${text(inputs, "accessGroupId")}/${text(inputs, "userId")}`,
    }),
    "vercel:index/accessGroupProject:AccessGroupProject": projectRow({
      id: (inputs) => `${text(inputs, "accessGroupId")}/${text(inputs, "projectId")}`,
    }),
    "vercel:index/teamConfig:TeamConfig": {
      rules: [length("name", 1, 256), length("slug", 1, 48)],
      unique: ({ slug }, { team }) => [`team config ${team} ${String(slug)}`],
      taken: "overwrite",
      id: () => sandboxTeam,
      outputs: (_, { old }) => ({ inviteCode: old?.inviteCode ?? letters(24) }),
    },
    "vercel:index/teamMember:TeamMember": row({
      rules: [exactlyOne("email", "userId")],
      id: (inputs) => `${text(inputs, "teamId")}/${text(inputs, "userId") || text(inputs, "email")}`,
      outputs: (inputs, { old }) => ({
        confirmed: false,
        email: inputs.email ?? "",
        userId: inputs.userId ?? old?.userId ?? letters(24),
      }),
    }),
    "vercel:index/userToken:UserToken": row({
      autoname: { property: "name", maxLength: 100 },
      id: () => letters(24),
      outputs(_, { old }) {
        if (old !== undefined) return {};
        const bearerToken = `vcp_${letters(56)}`;
        return {
          bearerToken,
          activeAt: Date.now(),
          createdAt: Date.now(),
          leakedAt: 0,
          leakedUrl: "",
          origin: "manual",
          prefix: bearerToken.slice(0, 6),
          suffix: bearerToken.slice(-4),
          type: "token",
        };
      },
    }),
  },
};
