import * as lb from "@pulumi/aws/lb/index.js";
import * as pulumi from "@pulumi/pulumi";
import { demand } from "./invalid-argument.ts";
import { SecurityGroup } from "./security-group.ts";
import { type Ownership, type Tags, tagsFor } from "./tags.ts";
import { TrafficShift } from "./traffic-shift.ts";

export interface LoadBalancerArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Public subnets in two zones at least. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** The network behind it: the only place it connects to. */
  readonly networkCidr: string;
  /** A validated certificate for the host name. */
  readonly certificateArn: pulumi.Input<string>;
  /** Addresses that may connect; `0.0.0.0/0` makes it a public web site. */
  readonly allowedCidrs: readonly string[];
  /** The port of the targets. */
  readonly targetPort: number;
  /** Answers 200 while a target is well, for example `/api/health`. */
  readonly healthPath: string;
  readonly ownership: Ownership;
  /** Refuses deletion until it is switched off. */
  readonly deletionProtection: boolean;
  /** A bucket of the region that admits the load balancing service. @default no access log */
  readonly accessLogBucket?: pulumi.Input<string>;
  /** Seconds after which an answer that has not begun is given up. @default 60 */
  readonly idleTimeoutSeconds?: number;
  /** @default the provider's region */
  readonly region?: string;
  /** A second group of targets, and what moves visitors between the two. @default one group: releases roll */
  readonly blueGreen?: { readonly accountId: string };
}

/** The door to a web service: TLS 1.2 or newer, http sent to https, and headers that browsers protect users with. */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** For metrics and alarms. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  /** For alias records. */
  readonly hostedZoneId: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly targetGroupArn: pulumi.Output<string>;
  /** A service can register its targets only once the listener stands. */
  readonly listener: lb.Listener;
  readonly shift: TrafficShift | undefined;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    demand(
      /^[A-Za-z0-9](-?[A-Za-z0-9]){0,25}$/.test(name) && name.length <= 26,
      name,
      "AWS accepts no such load balancer name",
      "Use up to 26 letters, digits and single hyphens: the target group adds its port.",
    );
    demand(
      args.allowedCidrs.length > 0,
      `${name}.allowedCidrs`,
      "nobody could connect",
      "Name a range, or 0.0.0.0/0 for a public web site.",
    );
    super("thorbis:network:LoadBalancer", name, {}, opts);
    const { accessLogBucket, networkCidr, region, targetPort, vpcId } = args;
    const child = { parent: this };
    const tags = tagsFor("LoadBalancer", args.ownership);
    this.securityGroupId = new SecurityGroup(
      `${name}-door`,
      {
        vpcId,
        description: `Who may reach ${name}`,
        exposure: "public",
        ingress: args.allowedCidrs.flatMap((cidr) =>
          [443, 80].map((port) => ({ key: `${cidr}-${port}`, port, description: "Web", peer: { cidr } })),
        ),
        egress: [{ key: "targets", port: targetPort, description: "Targets", peer: { cidr: networkCidr } }],
        tags,
        ...(region === undefined ? {} : { region }),
      },
      child,
    ).groupId;
    const balancer = new lb.LoadBalancer(
      name,
      {
        name,
        loadBalancerType: "application",
        internal: false,
        securityGroups: [this.securityGroupId],
        subnets: [...args.subnetIds],
        // Malformed headers and ambiguous requests are how requests are smuggled past a firewall.
        dropInvalidHeaderFields: true,
        desyncMitigationMode: "strictest",
        enableDeletionProtection: args.deletionProtection,
        idleTimeout: args.idleTimeoutSeconds ?? 60,
        ...(accessLogBucket === undefined
          ? {}
          : { accessLogs: { bucket: accessLogBucket, enabled: true, prefix: `access/${name}` } }),
        tags,
        region,
      },
      child,
    );
    // With the port: a group of another port is a new one, and stands beside the old until the listener moves.
    const targets = targetGroup(`${name}-targets`, `${name}-${targetPort}`, args, tags, child);
    this.listener = new lb.Listener(
      `${name}-https`,
      {
        loadBalancerArn: balancer.arn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        certificateArn: args.certificateArn,
        defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
        routingHttpResponseServerEnabled: false,
        routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=63072000; includeSubDomains; preload",
        routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
        routingHttpResponseXFrameOptionsHeaderValue: "DENY",
        tags,
        region,
      },
      child,
    );
    new lb.Listener(
      `${name}-http`,
      {
        loadBalancerArn: balancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } }],
        tags,
        region,
      },
      child,
    );
    this.shift =
      args.blueGreen === undefined
        ? undefined
        : new TrafficShift(
            `${name}-shift`,
            {
              accountId: args.blueGreen.accountId,
              listenerArn: this.listener.arn,
              targetGroupArns: [
                targets.arn,
                targetGroup(`${name}-alternate`, `${name}-${targetPort}b`, args, tags, child).arn,
              ],
              tags,
              region,
            },
            child,
          );
    this.arn = balancer.arn;
    this.arnSuffix = balancer.arnSuffix;
    this.dnsName = balancer.dnsName;
    this.hostedZoneId = balancer.zoneId;
    this.targetGroupArn = targets.arn;
    this.registerOutputs({ arn: this.arn, dnsName: this.dnsName });
  }
}

function targetGroup(
  key: string,
  name: string,
  { healthPath, region, targetPort, vpcId }: LoadBalancerArgs,
  tags: Tags,
  opts: pulumi.CustomResourceOptions,
): lb.TargetGroup {
  return new lb.TargetGroup(
    key,
    {
      name,
      targetType: "ip",
      protocol: "HTTP",
      port: targetPort,
      vpcId,
      deregistrationDelay: 30,
      healthCheck: {
        path: healthPath,
        matcher: "200",
        interval: 15,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      tags,
      ...(region === undefined ? {} : { region }),
    },
    opts,
  );
}
