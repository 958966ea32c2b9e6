/** EC2: route tables and their routes. */
import type { PropertyMap } from "../../engine/values.ts";
import { exactlyOne } from "../rules.ts";
import type { Behaviour } from "../type.ts";
import { cidr } from "./cidr.ts";
import { ec2Id, owned, row, text } from "./common.ts";

const routeTargets = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "odbNetworkArn",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
];
const routeDestinations = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"];

const destination = (inputs: PropertyMap): string =>
  routeDestinations.map((name) => text(inputs, name)).find((found) => found !== "") ?? "";

export const routeBehaviours: Readonly<Record<string, Behaviour>> = {
  "aws:ec2/routeTable:RouteTable": row({
    rules: [cidr("routes[].cidrBlock", 4)],
    id: () => ec2Id("rtb"),
    outputs: (inputs, surroundings, id) => ({
      ...owned("route-table", surroundings, id),
      propagatingVgws: inputs.propagatingVgws ?? [],
      routes: inputs.routes ?? [],
    }),
  }),
  "aws:ec2/route:Route": row(
    {
      rules: [exactlyOne(...routeTargets), exactlyOne(...routeDestinations), cidr("destinationCidrBlock", 4)],
      unique: (inputs) => [`route ${text(inputs, "routeTableId")} ${destination(inputs)}`],
      taken: (inputs) => `RouteAlreadyExists: the route identified by ${destination(inputs)} already exists`,
      id: (inputs) =>
        `r-${text(inputs, "routeTableId")}${[...destination(inputs)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2 ** 32, 0)}`,
      outputs: (inputs) => ({
        instanceId: "",
        instanceOwnerId: "",
        origin: "CreateRoute",
        state: "active",
        networkInterfaceId: inputs.networkInterfaceId ?? "",
      }),
    },
    { tagged: false },
  ),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": row(
    {
      rules: [exactlyOne("gatewayId", "subnetId")],
      unique: (inputs) => [`route table association ${text(inputs, "subnetId")}${text(inputs, "gatewayId")}`],
      taken: (inputs) => `Resource.AlreadyAssociated: the subnet ${text(inputs, "subnetId")} has a route table already`,
      id: () => ec2Id("rtbassoc"),
    },
    { tagged: false },
  ),
};
