import { describeRule, resource } from "../testing.ts";
import { awsEc2Egress } from "./aws-ec2-egress.ts";

const https = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] };

describeRule(awsEc2Egress, {
  compliant: [
    resource("aws:ec2/securityGroup:SecurityGroup", "tasks", { egress: [https] }),
    resource("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "database", {
      cidrIpv4: "10.0.0.0/16",
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
    }),
  ],
  mutations: {
    "accepts a group without rules": { set: { egress: undefined }, says: [] },
    "tells of everything to everybody": {
      set: { "egress.0": { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] } },
      says: "can reach 0.0.0.0/0 on all ports",
    },
    "tells of a database's port": {
      set: { "egress.0.fromPort": 5432, "egress.0.toPort": 5432 },
      says: "can reach 0.0.0.0/0 on port 5432",
    },
    "tells of a rule that stands alone": {
      on: "database",
      set: { cidrIpv4: undefined, cidrIpv6: "::/0" },
      says: "can reach ::/0 on port 5432",
    },
    "tells of a rule of the older type": {
      add: [
        resource("aws:ec2/securityGroupRule:SecurityGroupRule", "old", {
          type: "egress",
          protocol: "-1",
          cidrBlocks: ["0.0.0.0/0"],
        }),
      ],
      says: "can reach 0.0.0.0/0 on all ports",
    },
    "holds to the ports that are configured": {
      settings: { openPorts: ["587"] },
      says: "can reach 0.0.0.0/0 on port 443",
    },
  },
  unknown: ["egress", "database:cidrIpv4"],
  elsewhere: { development: "advisory", staging: "advisory" },
});
