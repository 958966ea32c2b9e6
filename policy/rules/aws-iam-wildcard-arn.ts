import { pci, soc2 } from "../frameworks.ts";
import { statementsOf } from "../iam.ts";
import { everywhere, resourceRule } from "../rule.ts";

export const awsIamWildcardArn = resourceRule({
  name: "aws-iam-wildcard-arn",
  title: "Wildcards stand at an ARN's end",
  description:
    "No ARN has a wildcard for its partition, service, region, account or in the middle of its name, where it also matches what others create.",
  severity: "medium",
  frameworks: [pci("7.2.1"), soc2("CC6.3")],
  remediation: "Name the account, the region and the resource; keep a wildcard for the end of a path that is ours.",
  link: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
  levels: everywhere("advisory"),
  types: ["aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy"],
  check(resource, context) {
    for (const statement of statementsOf(resource.props.policy) ?? []) {
      if (!statement.allows) continue;
      for (const arn of statement.resources) {
        const fault = faultOf(arn);
        if (fault !== undefined) context.report(`statement ${statement.sid} names ${arn}: ${fault}`);
      }
    }
  },
});

const MIDDLE = "the wildcard in its middle also matches what others create";

function faultOf(arn: string): string | undefined {
  if (!arn.startsWith("arn")) return undefined;
  const [, partition = "", service = "", region = "", account = "", ...name] = arn.split(":");
  const heads = { partition, service, region, account };
  const open = Object.entries(heads).find(([, part]) => /[*?]/.test(part));
  if (open !== undefined) return `its ${open[0]} is a wildcard`;
  // Below a named bucket every object is ours, whatever stands in the middle of its key.
  if (service === "s3" && /^[^*?/]+\//.test(name.join(":"))) return undefined;
  // Below a bucket everything is the bucket's: only its name must be exact.
  if (service === "s3")
    return /[*?]/.test((name.join(":").split("/")[0] ?? "").replace(/\*$/, "")) ? MIDDLE : undefined;
  // `name:*` and `name/*` at the end cover what belongs to the name.
  const body = name.join(":").replace(/[:/]?\*$/, "");
  return /[*?]/.test(body) ? MIDDLE : undefined;
}
