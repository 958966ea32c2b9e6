import { soc2 } from "../frameworks.ts";
import { list, text } from "../properties.ts";
import { everywhere, stackRule } from "../rule.ts";

const ROLE = "postgresql:index/role:Role";
const GRANT_ROLE = "postgresql:index/grantRole:GrantRole";

export const postgresqlRoleMembership = stackRule({
  name: "postgresql-role-membership",
  title: "One place says who belongs to whom",
  description:
    "A role's memberships stand in its own roles or in GrantRole, not in both: each takes the other's away at every apply.",
  severity: "medium",
  frameworks: [soc2("CC6.3")],
  remediation: "Move the membership into roles of the Role, or take roles away and keep GrantRole.",
  link: "https://www.pulumi.com/registry/packages/postgresql/api-docs/grantrole/",
  levels: everywhere("mandatory"),
  types: [GRANT_ROLE],
  check(stack, context) {
    context.each(stack.ofType(GRANT_ROLE), (membership) => {
      const role = stack.target(membership, "role", ROLE);
      if (role !== undefined && list(role.props.roles).length > 0)
        context.report(
          `grants ${text(membership.props.grantRole) ?? "a role"} to ${role.name}, whose own roles are set as well`,
          membership,
        );
    });
  },
});
