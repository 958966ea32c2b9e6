import { pci, soc2 } from "../frameworks.ts";
import { flag, text } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

const DANGEROUS = ["superuser", "bypassRowLevelSecurity", "createRole", "replication"];

export const postgresqlRolePrivileges = resourceRule({
  name: "postgresql-role-privileges",
  title: "Applications are no administrators",
  description:
    "No login role is a superuser, passes row level security, makes roles or replicates, unless it is named as an administrator.",
  severity: "critical",
  frameworks: [pci("7.2.2"), soc2("CC6.3")],
  remediation:
    "Take the attribute away and grant what the application needs; name a real administrator in administratorPattern.",
  link: "https://www.postgresql.org/docs/current/role-attributes.html",
  levels: everywhere("mandatory"),
  types: ["postgresql:index/role:Role"],
  settings: {
    administratorPattern: setting.text("^$", "Expression for names of roles that may administer, never superusers"),
  },
  check(role, context) {
    const administrator = new RegExp(context.settings.administratorPattern).test(text(role.props.name) ?? role.name);
    for (const attribute of DANGEROUS) {
      if (flag(role.props[attribute]) && (attribute === "superuser" || !administrator))
        context.report(`${attribute} is true`);
    }
  },
});
