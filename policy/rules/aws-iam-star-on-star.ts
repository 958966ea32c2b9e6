import { cis, pci, soc2 } from "../frameworks.ts";
import { isEverything, type Statement, statementsOf } from "../iam.ts";
import { list, map } from "../properties.ts";
import { everywhere, resourceRule } from "../rule.ts";

const ATTACHMENTS: readonly string[] = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
];

export const awsIamStarOnStar = resourceRule({
  name: "aws-iam-star-on-star",
  title: "Nobody may do everything",
  description:
    "No policy allows every action, a service's every action on everything, or all but a few: such a right is an administrator's.",
  severity: "critical",
  frameworks: [cis("1.16"), pci("7.2.1"), soc2("CC6.3")],
  remediation: "Name the actions and the resources that the role needs.",
  link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  levels: everywhere("mandatory"),
  types: [
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/role:Role",
    ...ATTACHMENTS,
  ],
  check(resource, context) {
    if (ATTACHMENTS.includes(resource.type)) {
      // The ARN of a policy that the program declares is not known yet, and that policy is judged itself.
      if (isAdministrator(known(() => resource.props.policyArn))) context.report("attaches AdministratorAccess");
      return;
    }
    const own = resource.type === "aws:iam/role:Role" ? [] : [resource.props];
    const documents = [...own, ...list(resource.props.inlinePolicies).map(map)];
    context.each(documents, (holder) => {
      const statements = statementsOf(holder.policy);
      if (statements === undefined) {
        context.report("the policy is no JSON document");
        return;
      }
      for (const statement of statements) {
        const fault = faultOf(statement);
        if (fault !== undefined) context.report(`statement ${statement.sid} allows ${fault}`);
      }
    });
    if (resource.type !== "aws:iam/role:Role") return;
    if (list(resource.props.managedPolicyArns).some(isAdministrator))
      context.report("managedPolicyArns holds AdministratorAccess");
  },
});

const isAdministrator = (arn: unknown): boolean => String(arn).endsWith(":policy/AdministratorAccess");

function known(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function faultOf(statement: Statement): string | undefined {
  if (!statement.allows) return undefined;
  const onEverything = statement.notResources || statement.resources.some(isWide);
  if (!onEverything) return undefined;
  const where = statement.notResources ? "everything but a few resources" : "every resource";
  if (statement.notActions) return `all actions but a few on ${where}`;
  const action = statement.actions.find((name) => isEverything(name) || /^[\w-]+:\*+$/.test(name));
  if (action !== undefined) return `${action} on ${where}`;
  return statement.actions.includes("iam:passrole")
    ? `iam:PassRole on ${where}, which hands out every role`
    : undefined;
}

/** `*`, and ARNs that leave the account's and the resource's part open: `arn:aws:s3:::*`, `arn:*:*:*:*:*`. */
function isWide(resource: string): boolean {
  if (isEverything(resource)) return true;
  const parts = resource.split(":");
  return resource.startsWith("arn") && parts.length >= 6 && /^[*/?]+$/.test(parts.slice(5).join(""));
}
