import { describeRule, resource } from "../testing.ts";
import { awsEc2Ingress } from "./aws-ec2-ingress.ts";

const rule = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] };

describeRule(awsEc2Ingress, {
  compliant: resource("aws:ec2/securityGroup:SecurityGroup", "web", { ingress: [rule] }),
  mutations: {
    "accepts a group without rules": { set: { ingress: undefined }, says: [] },
    "accepts a database's port for our network": {
      set: { "ingress.0": { ...rule, fromPort: 5432, toPort: 5432, cidrBlocks: ["10.0.0.0/8"] } },
      says: [],
    },
    "refuses a database's port for the world": {
      set: { "ingress.0.fromPort": 5432, "ingress.0.toPort": 5432 },
      says: "port 5432 can be reached from 0.0.0.0/0",
    },
    "refuses a range of ports": {
      set: { "ingress.0.toPort": 6379 },
      says: "port 443 to 6379 can be reached from 0.0.0.0/0",
    },
    "refuses a range that begins and ends at web ports": {
      set: { "ingress.0.fromPort": 80 },
      says: "port 80 to 443 can be reached from 0.0.0.0/0",
    },
    "refuses the world in two halves": {
      set: { "ingress.0.fromPort": 22, "ingress.0.toPort": 22, "ingress.0.cidrBlocks": ["0.0.0.0/1", "128.0.0.0/1"] },
      says: "port 22 can be reached from 0.0.0.0/1",
    },
    "accepts pings": { set: { "ingress.0.protocol": "icmp", "ingress.0.fromPort": -1 }, says: [] },
    "refuses all protocols": { set: { "ingress.0.protocol": "-1" }, says: "all ports can be reached from 0.0.0.0/0" },
    "refuses the world in IPv6": {
      add: [
        resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "six", {
          cidrIpv6: "::/0",
          ipProtocol: "tcp",
          fromPort: 22,
          toPort: 22,
        }),
      ],
      says: "port 22 can be reached from ::/0",
    },
    "refuses a rule of the older type": {
      add: [
        resource("aws:ec2/securityGroupRule:SecurityGroupRule", "old", {
          type: "ingress",
          protocol: "tcp",
          fromPort: 22,
          toPort: 22,
          cidrBlocks: ["0.0.0.0/0"],
        }),
      ],
      says: "port 22 can be reached from 0.0.0.0/0",
    },
    "leaves egress alone": {
      add: [
        resource("aws:ec2/securityGroupRule:SecurityGroupRule", "out", {
          type: "egress",
          protocol: "-1",
          cidrBlocks: ["0.0.0.0/0"],
        }),
      ],
      says: [],
    },
  },
  unknown: ["ingress"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
