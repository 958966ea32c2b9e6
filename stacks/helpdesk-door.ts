import * as route53 from "@pulumi/aws/route53/index.js";
import type * as pulumi from "@pulumi/pulumi";
import { Certificate } from "../components/certificate.ts";
import type { HostedZone } from "../components/hosted-zone.ts";
import { LoadBalancer } from "../components/load-balancer.ts";
import { helpdeskDoor, helpdeskHost } from "./endpoints.ts";
import type { HelpDeskArgs } from "./helpdesk-values.ts";
import { ownershipOf } from "./ownership.ts";
import { alarmScope } from "./scope.ts";
import { isWatched } from "./watched-release.ts";

/** The way in. Absent where no public name leads to it: a load balancer needs a certificate that browsers accept. */
export function declareDoor(
  name: string,
  { configuration: { environment }, shared }: HelpDeskArgs,
  opts: pulumi.ComponentResourceOptions,
): LoadBalancer | undefined {
  const { network, notifications, zone } = shared;
  if (zone === undefined) return undefined;
  const ownership = ownershipOf(environment, "helpdesk", "public");
  const certificate = new Certificate(
    `${name}-certificate`,
    {
      domainName: helpdeskHost(environment),
      zoneId: zone.zoneId,
      ownership,
      alarms: alarmScope(environment, "helpdesk", notifications),
    },
    opts,
  );
  const balancer = new LoadBalancer(
    helpdeskDoor(environment),
    {
      vpcId: network.vpcId,
      subnetIds: network.publicSubnetIds,
      networkCidr: network.cidrBlock,
      certificateArn: certificate.arn,
      allowedCidrs: ["0.0.0.0/0"],
      targetPort: 3000,
      healthPath: "/api/health",
      accessLogBucket: shared.logArchive,
      ownership,
      deletionProtection: environment.continuity.dataProtection === "protected",
      ...(isWatched(environment) ? { blueGreen: { accountId: environment.aws.accountId } } : {}),
    },
    opts,
  );
  declareAlias(name, zone, helpdeskHost(environment), balancer, opts);
  return balancer;
}

function declareAlias(
  name: string,
  zone: HostedZone,
  host: string,
  balancer: LoadBalancer,
  opts: pulumi.ComponentResourceOptions,
): void {
  new route53.Record(
    `${name}-alias`,
    {
      zoneId: zone.zoneId,
      name: host,
      type: "A",
      aliases: [{ name: balancer.dnsName, zoneId: balancer.hostedZoneId, evaluateTargetHealth: true }],
    },
    opts,
  );
}
