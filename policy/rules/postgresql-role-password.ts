import { pci, soc2 } from "../frameworks.ts";
import { flag, isEmpty, list } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";
import { isSecretAt } from "../secrecy.ts";

export const postgresqlRolePassword = resourceRule({
  name: "postgresql-role-password",
  title: "Database passwords are secret",
  description: "A role that may log in has a password, and the password is a secret in the state.",
  severity: "critical",
  frameworks: [pci("8.3.2"), soc2("CC6.1")],
  remediation: "Generate the password with random.RandomPassword, or wrap it in pulumi.secret.",
  link: "https://www.pulumi.com/docs/iac/concepts/secrets/",
  levels: everywhere("mandatory"),
  types: ["postgresql:index/role:Role"],
  check(role, context) {
    if (!flag(role.props.login)) return;
    const secret = isSecretAt(role, "password") || isSecretAt(role, "passwordWo");
    if (secret) return;
    // The cloud's own identity stands for the password.
    if (list(role.props.roles).some((name) => /^(rds_iam|cloudsqliamuser)$/.test(String(name)))) return;
    if (isEmpty(role.props.password) && isEmpty(role.props.passwordWo))
      context.report("may log in and has no password");
    else context.report("password is not a secret");
  },
});
