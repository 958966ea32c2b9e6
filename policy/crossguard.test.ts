import type { ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { type PackChoices, policyOf } from "./crossguard.ts";
import { SecrecyObserver } from "./observer.ts";
import type { Properties } from "./properties.ts";
import type { Rule } from "./rule.ts";
import { awsS3ForceDestroy } from "./rules/aws-s3-force-destroy.ts";
import { waiverRules } from "./rules/pulumi-waiver.ts";
import { stackReader } from "./stack-reader.ts";
import { STACK_URN, urnOf } from "./testing.ts";
import { WaiverUse } from "./waivers.ts";

const type = "aws:s3/bucket:Bucket";
const urn = urnOf(type, "scratch");
const waiver = { rule: "aws-s3-force-destroy", urn, reason: "a test's bucket", owner: "web", expires: "2999-12-31" };
const use = new WaiverUse();
const [, needed] = waiverRules([waiver], [awsS3ForceDestroy], use);
const choices: PackChoices = {
  tier: "production",
  config: { stacks: {}, rules: {} },
  waivers: [waiver],
  use,
  observer: new SecrecyObserver(),
  stackOf: stackReader(),
};
const nothing = { dependencies: [], propertyDependencies: {}, opts: { protect: false } };

/** What the policy of a rule reports of a bucket, asked as CrossGuard asks. */
async function reported(rule: Rule, props: Properties): Promise<string[]> {
  const policy = policyOf(rule, choices);
  const said: string[] = [];
  const report = (message: string) => said.push(message);
  const bucket = { type, name: "scratch", urn, props, getConfig: () => ({}), ...nothing };
  if (policy !== undefined && "validateResource" in policy) {
    const [validate] = [policy.validateResource].flat();
    await validate?.(bucket as unknown as ResourceValidationArgs, report);
  }
  if (policy !== undefined && "validateStack" in policy) {
    const root = { ...bucket, type: "pulumi:pulumi:Stack", name: "shop", urn: STACK_URN, props: {} };
    const stack = { resources: [root, bucket], getConfig: () => ({}) } as unknown as StackValidationArgs;
    await policy.validateStack(stack, report);
  }
  return said;
}

test("a waived violation is not reported, and its waiver counts as needed", async () => {
  use.begin();
  expect(await reported(awsS3ForceDestroy, { forceDestroy: true })).toEqual([]);
  expect(await reported(needed, {})).toEqual([]);
});

test("a waiver whose rule passes is told of", async () => {
  use.begin();
  expect(await reported(awsS3ForceDestroy, { forceDestroy: false })).toEqual([]);
  expect(await reported(needed, {})).toEqual([
    expect.stringContaining(`the waiver of aws-s3-force-destroy for ${urn} is not needed: the rule passes without it`),
  ]);
});
