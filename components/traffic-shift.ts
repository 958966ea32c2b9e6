import * as lb from "@pulumi/aws/lb/index.js";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRole } from "./service-role.ts";
import type { Tags } from "./tags.ts";

export interface TrafficShiftArgs {
  readonly accountId: string;
  readonly listenerArn: pulumi.Input<string>;
  /** Two groups alike: the tasks that serve are in one, those of a new release come into the other. */
  readonly targetGroupArns: readonly [pulumi.Input<string>, pulumi.Input<string>];
  readonly tags: Tags;
  readonly region: string | undefined;
}

/** By which a container service moves its visitors from the tasks of one release to those of the next, and back. */
export class TrafficShift extends pulumi.ComponentResource {
  readonly ruleArn: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
  readonly alternateTargetGroupArn: pulumi.Input<string>;

  constructor(name: string, args: TrafficShiftArgs, opts?: pulumi.ComponentResourceOptions) {
    super("thorbis:network:TrafficShift", name, {}, opts);
    const { accountId, listenerArn, region, tags, targetGroupArns } = args;
    const [first, alternate] = targetGroupArns;
    // ECS moves the weights of a rule, and never those of a listener's default.
    const rule = new lb.ListenerRule(
      `${name}-rule`,
      {
        listenerArn,
        priority: 1,
        conditions: [{ pathPattern: { values: ["/*"] } }],
        actions: [
          {
            type: "forward",
            forward: {
              targetGroups: [
                { arn: first, weight: 100 },
                { arn: alternate, weight: 0 },
              ],
            },
          },
        ],
        tags,
        ...(region === undefined ? {} : { region }),
      },
      // The weights are ECS's from the first release on; putting them back would send visitors to stopped tasks.
      { parent: this, ignoreChanges: ["actions"] },
    );
    const role = new ServiceRole(
      `${name}-role`,
      {
        description: "Registers tasks and moves the weights of the listener's rule during a release",
        tags,
        trust: { service: "ecs.amazonaws.com", accountId },
        statements: [],
        managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"],
      },
      { parent: this },
    );
    this.ruleArn = rule.arn;
    this.roleArn = role.ready;
    this.alternateTargetGroupArn = alternate;
    this.registerOutputs({ ruleArn: this.ruleArn, roleArn: this.roleArn });
  }
}
