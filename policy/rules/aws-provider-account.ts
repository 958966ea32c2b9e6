import { soc2 } from "../frameworks.ts";
import { document, list } from "../properties.ts";
import { sharedAdvice, stackRule } from "../rule.ts";

export const awsProviderAccount = stackRule({
  name: "aws-provider-account",
  title: "Nothing is deployed to the wrong account",
  description:
    "Every AWS provider names the account it may touch, so that a wrong login stops before it changes anything.",
  severity: "high",
  frameworks: [soc2("CC8.1")],
  remediation: "Set allowedAccountIds on the provider.",
  link: "https://github.com/pulumi/pulumi/issues/3383",
  levels: sharedAdvice,
  types: ["pulumi:providers:aws"],
  check(stack, context) {
    context.each(stack.ofType("pulumi:providers:aws"), (provider) => {
      // A provider's properties are texts on the wire; lists are JSON in them.
      if (list(document(provider.props.allowedAccountIds)).length === 0)
        context.report("allowedAccountIds is not set", provider);
    });
  },
});
