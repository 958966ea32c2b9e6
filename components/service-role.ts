import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import { demand } from "./invalid-argument.ts";
import { policyDocument, type Statement, trustService } from "./policy-document.ts";
import { statedArn } from "./stated-arn.ts";
import type { Tags } from "./tags.ts";

export interface ServiceRoleArgs {
  /** Why the role exists, as an access review reads it. */
  readonly description: string;
  readonly tags: Tags;
  /** Who may take the role: a service of this account, or a trust policy. */
  readonly trust: { readonly service: string; readonly accountId: string } | { readonly policy: pulumi.Input<string> };
  /** What the role may do. */
  readonly statements: readonly Statement[];
  /** AWS's own policies beside the statements. @default none */
  readonly managedPolicyArns?: readonly string[];
  /** Seconds that a session lasts at most, 3600 to 43200. @default AWS's own: 3600 */
  readonly maxSessionSeconds?: number;
}

/** An IAM role with exactly one inline policy; its name is the component's. */
export class ServiceRole extends pulumi.ComponentResource {
  /** Known at preview where a service of a known account takes the role. */
  readonly arn: pulumi.Output<string>;
  readonly roleName: pulumi.Output<string>;
  /** The ARN as soon as the role may do all that it should: for services that try it at once. */
  readonly ready: pulumi.Output<string>;

  constructor(name: string, args: ServiceRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    demand(name.length <= 64, name, "IAM accepts role names of up to 64 characters", "Use a shorter name.");
    super("thorbis:security:ServiceRole", name, {}, opts);
    const { description, managedPolicyArns = [], maxSessionSeconds, statements, tags, trust } = args;
    const child = { parent: this };
    const assumeRolePolicy = "policy" in trust ? trust.policy : trustService(trust.service, trust.accountId);
    const session = maxSessionSeconds === undefined ? {} : { maxSessionDuration: maxSessionSeconds };
    const role = new iam.Role(name, { name, description, assumeRolePolicy, ...session, tags }, child);
    const rights: pulumi.Output<string>[] = [];
    if (statements.length > 0) {
      const inline = new iam.RolePolicy(
        `${name}-policy`,
        { role: role.name, name: "permissions", policy: policyDocument(statements) },
        child,
      );
      rights.push(inline.id);
    }
    for (const policyArn of managedPolicyArns) {
      const key = `${name}-${policyArn.split("/").at(-1)}`;
      rights.push(new iam.RolePolicyAttachment(key, { role: role.name, policyArn }, child).id);
    }
    this.arn = "policy" in trust ? role.arn : statedArn(role, `arn:aws:iam::${trust.accountId}:role/${name}`);
    this.roleName = role.name;
    this.ready = pulumi.all([role.arn, pulumi.all(rights)]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn, roleName: this.roleName });
  }
}
