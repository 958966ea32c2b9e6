import { cis, soc2 } from "../frameworks.ts";
import { statementsOf } from "../iam.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

export const awsIamOidcBound = resourceRule({
  name: "aws-iam-oidc-bound",
  title: "Pipelines take only their own role",
  description:
    "A role that a pipeline takes by OpenID Connect is bound to the audience, one repository and one environment or branch.",
  severity: "critical",
  frameworks: [cis("1.17"), soc2("CC6.1")],
  remediation:
    "Compare the token's sub with StringEquals to repo:<owner>/<repository>:environment:<name>, and aud with sts.amazonaws.com.",
  link: "https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws",
  levels: everywhere("mandatory"),
  types: ["aws:iam/role:Role"],
  settings: {
    subjectPattern: setting.text(
      "^(repo:[^*/?]+/[^*:?]+:(environment:[^*?]+|ref:refs/(heads|tags)/[^*?]+|pull_request(:[^?]+)?)|owner:[^*:?]+:project:[^*:?]+:environment:[^*?]+|system:serviceaccount:[^*:?]+:[^*?]+|project_path:[^*?:]+:ref_type:(branch|tag):ref:[^*?]+|organization:[^*:?]+:project:[^*:?]+:workspace:[^*:?]+:run_phase:(plan|apply|\\*)|pulumi:deploy:org:[^*:?]+:project:[^*:?]+:stack:[^*:?]+:[^?]+|org/[^*/?]+/project/[^*/?]+/.+)$",
      "What a subject must look like to name one repository and one environment",
    ),
  },
  check(role, context) {
    const subject = new RegExp(context.settings.subjectPattern);
    for (const statement of statementsOf(role.props.assumeRolePolicy) ?? []) {
      const federated = statement.actions.some(
        (action) => action === "sts:assumerolewithwebidentity" || action === "*" || action === "sts:*",
      );
      if (!statement.allows || !federated || !statement.principals.some(isPipeline)) continue;
      const conditions = statement.conditions.filter(({ operator }) =>
        /^(foranyvalue:)?string(equals|like)$/.test(operator),
      );
      const subjects = conditions.filter(({ key }) => key.endsWith(":sub")).flatMap(({ values }) => values);
      if (subjects.length === 0) context.report(`statement ${statement.sid} takes any subject (no condition on sub)`);
      for (const value of subjects) {
        if (!subject.test(value))
          context.report(
            `statement ${statement.sid} takes the subject ${value}, which is not one repository and environment`,
          );
      }
      if (!conditions.some(({ key }) => key.endsWith(":aud")))
        context.report(`statement ${statement.sid} takes any audience (no condition on aud)`);
    }
  },
});

/** Users' own identities (Cognito, Google, Facebook, Amazon) have no repository: their pool or client is the audience. */
const isPipeline = (principal: string): boolean =>
  !/^(cognito-identity\.amazonaws\.com|accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com)$/.test(principal);
