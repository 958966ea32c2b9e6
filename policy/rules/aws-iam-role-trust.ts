import { pci, soc2 } from "../frameworks.ts";
import { opensTo, statementsOf } from "../iam.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsIamRoleTrust = resourceRule({
  name: "aws-iam-role-trust",
  title: "Roles are taken by named principals",
  description: "No role can be taken by everybody, nor by everybody but a few.",
  severity: "critical",
  frameworks: [pci("7.2.1"), soc2("CC6.3")],
  remediation: "Name the service or the account in Principal, and bind it with aws:SourceAccount.",
  link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html",
  levels: everywhere("mandatory"),
  types: ["aws:iam/role:Role"],
  check(role, context) {
    const statements = statementsOf(role.props.assumeRolePolicy);
    if (statements === undefined) {
      context.report("assumeRolePolicy is no JSON document");
      return;
    }
    for (const statement of statements) {
      const opening = opensTo(statement);
      if (opening !== undefined) context.report(`statement ${statement.sid} ${opening}`);
    }
  },
});
