import { cis, pci, soc2 } from "../frameworks.ts";
import { opensTo, statementsOf } from "../iam.ts";
import { everywhere, resourceRule } from "../rule.ts";

const DOCUMENTS: Readonly<Record<string, string>> = {
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
  "aws:kms/key:Key": "policy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sqs/queue:Queue": "policy",
};

export const awsResourcePolicyOpen = resourceRule({
  name: "aws-resource-policy-open",
  title: "Keys, queues, topics and secrets are not for everybody",
  description:
    "No resource policy allows everybody without a condition that binds the request to our account, also not by a negated one.",
  severity: "critical",
  frameworks: [cis("2.1.4"), pci("7.2.1"), soc2("CC6.3")],
  remediation: "Name principals, or bind the statement with StringEquals on aws:SourceAccount or aws:PrincipalOrgID.",
  link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  levels: everywhere("mandatory"),
  types: Object.keys(DOCUMENTS),
  check(resource, context) {
    for (const statement of statementsOf(resource.props[DOCUMENTS[resource.type] ?? "policy"]) ?? []) {
      const opening = opensTo(statement);
      if (opening !== undefined) context.report(`statement ${statement.sid} ${opening}`);
    }
  },
});
