import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource, BackedUpdate } from "../backing.ts";
import { identifier, literal, ServerRefusal, type Session } from "./server.ts";
import { asMemberOf, lockRole, roleExists } from "./server-membership.ts";
import { changed, flag, integer, optionalText, type ServerType, text, texts } from "./server-type.ts";

/** The attributes that are on or off, by the words of the statement. */
const SWITCHES: Record<string, string> = {
  superuser: "SUPERUSER",
  createDatabase: "CREATEDB",
  createRole: "CREATEROLE",
  inherit: "INHERIT",
  login: "LOGIN",
  bypassRowLevelSecurity: "BYPASSRLS",
  replication: "REPLICATION",
};

/** The settings of a role's sessions, by property. */
const TIMEOUTS: Record<string, string> = {
  statementTimeout: "statement_timeout",
  idleInTransactionSessionTimeout: "idle_in_transaction_session_timeout",
};

const DUPLICATE = "42710";

interface RoleRow {
  rolname: string;
  rolconnlimit: number;
  rolsuper: boolean;
  rolcreatedb: boolean;
  rolcreaterole: boolean;
  rolinherit: boolean;
  rolcanlogin: boolean;
  rolbypassrls: boolean;
  rolreplication: boolean;
  validuntil: string;
  rolconfig: string[] | null;
  roles: string[];
}

export const serverRole: ServerType = {
  create: (server, resource) =>
    server.transaction(resource.configuration, undefined, async (session) => {
      await createOrTakeOver(session, resource);
      await grantRoles(session, resource.inputs);
      await applySettings(session, resource.inputs);
      return {};
    }),

  update: (server, resource) =>
    server.transaction(resource.configuration, undefined, async (session) => {
      const old = text(resource.oldOutputs, "name");
      const name = text(resource.inputs, "name");
      await lockRole(session, old);
      if (old !== name) await session.run(`alter role ${identifier(old)} rename to ${identifier(name)}`);
      const options = changedOptions(resource);
      if (options.length > 0) await session.run(`alter role ${identifier(name)} with ${options.join(" ")}`);
      for (const role of await memberships(session, name)) {
        await session.run(`revoke ${identifier(role)} from ${identifier(name)}`);
      }
      await grantRoles(session, resource.inputs);
      await applySettings(session, resource.inputs);
      return {};
    }),

  read: (server, resource) =>
    server.transaction(resource.configuration, undefined, async (session) => {
      const [row] = await session.rows<RoleRow>(
        `select *, coalesce(rolvaliduntil::text, 'infinity') as validuntil,
                array(select pg_get_userbyid(roleid)::text from pg_auth_members where member = pg_roles.oid order by 1) as roles
           from pg_roles where rolname = $1`,
        [text(resource.outputs, "name")],
      );
      return row && describe(row, resource.outputs);
    }),

  delete: (server, resource) =>
    server.transaction(resource.configuration, undefined, async (session) => {
      const name = text(resource.outputs, "name");
      if (!(await roleExists(session, name))) return;
      await lockRole(session, name);
      if (!flag(resource.outputs, "skipReassignOwned")) {
        await asMemberOf(session, [name], async () => {
          await session.run(`reassign owned by ${identifier(name)} to ${identifier(session.user)}`);
          await session.run(`drop owned by ${identifier(name)}`);
        });
      }
      if (!flag(resource.outputs, "skipDropRole")) await session.run(`drop role ${identifier(name)}`);
    }),
};

/**
 * A role that an interrupted creation of this very resource left behind is taken over: its comment names the resource.
 * Any other role of this name is refused, as the server refuses it.
 */
async function createOrTakeOver(session: Session, { inputs, urn }: BackedResource): Promise<void> {
  const name = text(inputs, "name");
  const options = [...valued(inputs), ...switches(inputs, Object.keys(SWITCHES))].join(" ");
  const mark = `made by ${urn}`;
  if (await roleExists(session, name)) {
    const [row] = await session.rows<{ comment: string | null }>(
      "select shobj_description(oid, 'pg_authid') as comment from pg_roles where rolname = $1",
      [name],
    );
    if (row?.comment !== mark) {
      throw new ServerRefusal(`error creating role ${name}: pq: role "${name}" already exists`, DUPLICATE);
    }
    const changeable = [...valued(inputs), ...switches(inputs, ["createDatabase", "createRole", "inherit", "login"])];
    await session.run(`alter role ${identifier(name)} with ${changeable.join(" ")}`);
    return;
  }
  await session.run(`create role ${identifier(name)} with ${options}`);
  await session.run(`comment on role ${identifier(name)} is ${literal(mark)}`);
}

function valued(inputs: PropertyMap): string[] {
  const options = [`CONNECTION LIMIT ${integer(inputs, "connectionLimit") ?? -1}`];
  options.push(`VALID UNTIL ${literal(optionalText(inputs, "validUntil") ?? "infinity")}`);
  const password = optionalText(inputs, "password") ?? optionalText(inputs, "passwordWo");
  if (password !== undefined) options.push(passwordOption(inputs, password));
  return options;
}

function passwordOption(inputs: PropertyMap, password: string): string {
  if (password.toUpperCase() === "NULL") return "PASSWORD NULL";
  return `${inputs.encryptedPassword === false ? "UNENCRYPTED" : "ENCRYPTED"} PASSWORD ${literal(password)}`;
}

function switches(inputs: PropertyMap, names: string[]): string[] {
  return names.map((name) => `${isOn(inputs, name) ? "" : "NO"}${SWITCHES[name]}`);
}

/** Only `inherit` is on unless it is switched off. */
const isOn = (inputs: PropertyMap, name: string): boolean =>
  name === "inherit" ? inputs[name] !== false : flag(inputs, name);

/** Only what changed: a managed server refuses to have some attributes set at all, even to what they are. */
function changedOptions(resource: BackedUpdate): string[] {
  const { inputs } = resource;
  const options = switches(
    inputs,
    Object.keys(SWITCHES).filter((name) => changed(resource, name)),
  );
  if (changed(resource, "connectionLimit"))
    options.push(`CONNECTION LIMIT ${integer(inputs, "connectionLimit") ?? -1}`);
  if (changed(resource, "validUntil")) {
    options.push(`VALID UNTIL ${literal(optionalText(inputs, "validUntil") ?? "infinity")}`);
  }
  const renamed = changed(resource, "name");
  const password = optionalText(inputs, "password") ?? optionalText(inputs, "passwordWo");
  if (password !== undefined && (renamed || changed(resource, "password") || changed(resource, "passwordWoVersion"))) {
    options.push(passwordOption(inputs, password));
  }
  return options;
}

async function grantRoles(session: Session, inputs: PropertyMap): Promise<void> {
  for (const role of texts(inputs, "roles")) {
    await session.run(`grant ${identifier(role)} to ${identifier(text(inputs, "name"))}`);
  }
}

async function memberships(session: Session, member: string): Promise<string[]> {
  const rows = await session.rows<{ role: string }>(
    "select pg_get_userbyid(roleid)::text as role from pg_auth_members where pg_get_userbyid(member) = $1",
    [member],
  );
  return rows.map(({ role }) => role);
}

async function applySettings(session: Session, inputs: PropertyMap): Promise<void> {
  const role = identifier(text(inputs, "name"));
  const paths = texts(inputs, "searchPaths");
  if (paths.some((path) => path.includes(", "))) {
    throw new ServerRefusal("search_path cannot contain `, `");
  }
  const list = paths.map(identifier).join(", ");
  await session.run(`alter role ${role} ${list === "" ? "reset search_path" : `set search_path to ${list}`}`);
  for (const [property, setting] of Object.entries(TIMEOUTS)) {
    const value = integer(inputs, property) ?? 0;
    await session.run(`alter role ${role} ${value === 0 ? `reset ${setting}` : `set ${setting} to ${value}`}`);
  }
  const assumed = optionalText(inputs, "assumeRole");
  await session.run(
    `alter role ${role} ${assumed === undefined ? "reset role" : `set role to ${identifier(assumed)}`}`,
  );
}

function describe(row: RoleRow, known: PropertyMap): PropertyMap {
  const settings = new Map((row.rolconfig ?? []).map((entry) => splitOnce(entry, "=")));
  const paths = settings
    .get("search_path")
    ?.split(", ")
    .map((path) => path.replace(/^"|"$/g, "").replaceAll('""', '"'));
  return {
    connectionLimit: row.rolconnlimit,
    createDatabase: row.rolcreatedb,
    createRole: row.rolcreaterole,
    inherit: row.rolinherit,
    login: row.rolcanlogin,
    superuser: row.rolsuper,
    validUntil: row.validuntil,
    replication: row.rolreplication,
    bypassRowLevelSecurity: row.rolbypassrls,
    // None is written in the state as it was written before: as nothing, or as an empty list.
    roles: row.roles.length > 0 || Array.isArray(known.roles) ? row.roles : null,
    searchPaths: paths ?? (Array.isArray(known.searchPaths) ? [] : null),
    assumeRole: settings.get("role") ?? "",
    statementTimeout: Number(settings.get("statement_timeout") ?? 0),
    idleInTransactionSessionTimeout: Number(settings.get("idle_in_transaction_session_timeout") ?? 0),
  };
}

function splitOnce(entry: string, separator: string): [string, string] {
  const at = entry.indexOf(separator);
  return [entry.slice(0, at), entry.slice(at + 1)];
}
