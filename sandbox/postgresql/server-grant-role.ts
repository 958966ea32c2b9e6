import type { PropertyMap } from "../../engine/values.ts";
import { identifier, type Session } from "./server.ts";
import { roleExists } from "./server-membership.ts";
import { flag, type ServerType, text } from "./server-type.ts";

export const serverGrantRole: ServerType = {
  create: (server, { configuration, inputs }) =>
    server.transaction(configuration, undefined, async (session) => {
      await revoke(session, inputs);
      const option = flag(inputs, "withAdminOption") ? " with admin option" : "";
      await session.run(
        `grant ${identifier(text(inputs, "grantRole"))} to ${identifier(text(inputs, "role"))}${option}`,
      );
      return {};
    }),

  // Every change of a membership replaces it.
  update: async () => ({}),

  read: (server, { configuration, outputs }) =>
    server.transaction(configuration, undefined, async (session) => {
      const [row] = await session.rows<{ admin: boolean }>(
        `select bool_or(admin_option) as admin from pg_auth_members
          where pg_get_userbyid(member) = $1 and pg_get_userbyid(roleid) = $2 having count(*) > 0`,
        [text(outputs, "role"), text(outputs, "grantRole")],
      );
      return row && { withAdminOption: row.admin };
    }),

  delete: (server, { configuration, outputs }) =>
    server.transaction(configuration, undefined, async (session) => {
      if (!(await roleExists(session, text(outputs, "role")))) return;
      if (!(await roleExists(session, text(outputs, "grantRole")))) return;
      await revoke(session, outputs);
    }),
};

async function revoke(session: Session, properties: PropertyMap): Promise<void> {
  await session.run(`revoke ${identifier(text(properties, "grantRole"))} from ${identifier(text(properties, "role"))}`);
}
