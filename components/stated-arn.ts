import type * as pulumi from "@pulumi/pulumi";

/**
 * An ARN that AWS makes of names alone, known before the resource is, so that policies can judge at preview what is
 * built from it. Whoever uses it waits for the resource all the same. Not for keys, secrets, certificates and load
 * balancers: AWS puts a part of its own into theirs.
 */
export function statedArn(resource: pulumi.Resource, arn: string): pulumi.Output<string> {
  return resource.urn.apply(() => arn);
}
