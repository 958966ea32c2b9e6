import { soc2 } from "../frameworks.ts";
import { isUnset, list, text } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

const GRANT = "postgresql:index/grant:Grant";
const IN_A_SCHEMA = ["column", "function", "procedure", "routine", "sequence", "table"];
/** https://www.postgresql.org/docs/current/ddl-priv.html */
const PRIVILEGES = [
  "ALL",
  "ALTER SYSTEM",
  "CONNECT",
  "CREATE",
  "DELETE",
  "EXECUTE",
  "INSERT",
  "MAINTAIN",
  "REFERENCES",
  "SELECT",
  "SET",
  "TEMPORARY",
  "TRIGGER",
  "TRUNCATE",
  "UPDATE",
  "USAGE",
];

export const postgresqlGrantComplete = resourceRule({
  name: "postgresql-grant-complete",
  title: "Grants can be granted",
  description:
    "A grant names the schema of what stands in one, and privileges that exist, in capitals: a preview accepts the rest, and the apply fails half-way.",
  severity: "medium",
  frameworks: [soc2("CC6.3")],
  remediation: "Set schema, and write the privileges as PostgreSQL does (SELECT, USAGE, CONNECT).",
  link: "https://www.postgresql.org/docs/current/ddl-priv.html",
  levels: everywhere("mandatory"),
  types: [GRANT, "postgresql:index/defaultPrivileges:DefaultPrivileges"],
  check(grant, context) {
    context.each(list(grant.props.privileges), (privilege) => {
      if (typeof privilege === "string" && !PRIVILEGES.includes(privilege))
        context.report(`privileges holds ${privilege}, which is none`);
    });
    const kind = text(grant.props.objectType) ?? "";
    if (grant.type === GRANT && IN_A_SCHEMA.includes(kind) && isUnset(() => grant.props.schema))
      context.report(`schema is not set for objectType ${kind}`);
  },
});
