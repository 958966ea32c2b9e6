import { soc2 } from "../frameworks.ts";
import { flag, number, text } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

export const postgresqlRoleConnectionLimit = resourceRule({
  name: "postgresql-role-connection-limit",
  title: "One application cannot use up all connections",
  description: "A role that may log in has a connection limit, and the limit holds its pool.",
  severity: "medium",
  frameworks: [soc2("A1.1")],
  remediation: "Set connectionLimit to the pool's size times the number of instances.",
  link: "https://www.postgresql.org/docs/current/sql-createrole.html",
  levels: everywhere("advisory"),
  types: ["postgresql:index/role:Role"],
  settings: {
    poolSize: setting.integer(1, "Connections that one instance's pool opens"),
    exempt: setting.text("^$", "Expression for names of roles that use no pool"),
  },
  check(role, context) {
    if (!flag(role.props.login)) return;
    const limit = number(role.props.connectionLimit) ?? -1;
    if (limit < 0) context.report("may log in and has no connectionLimit");
    else if (
      limit < context.settings.poolSize &&
      !new RegExp(context.settings.exempt).test(text(role.props.name) ?? role.name)
    ) {
      context.report(`connectionLimit is ${limit}, less than the pool of ${context.settings.poolSize}`);
    }
  },
});
