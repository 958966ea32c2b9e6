import { describeRule, resource } from "../testing.ts";
import { awsEcsTaskSize } from "./aws-ecs-task-size.ts";

describeRule(awsEcsTaskSize, {
  compliant: resource("aws:ecs/taskDefinition:TaskDefinition", "web", {
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
  }),
  mutations: {
    "leaves tasks on machines alone": { set: { requiresCompatibilities: ["EC2"], cpu: undefined }, says: [] },
    "reads sizes in vCPU and GB": { set: { cpu: ".5 vCPU", memory: "1GB" }, says: [] },
    "refuses a task without CPU": { set: { cpu: undefined }, says: "cpu is not set" },
    "refuses a task without memory": { set: { memory: undefined }, says: "memory is not set" },
    "refuses CPU that Fargate does not offer": {
      set: { cpu: "300" },
      says: "cpu is 300, Fargate offers 256, 512, 1024, 2048, 4096, 8192, 16384",
    },
    "refuses memory that does not go with the CPU": {
      set: { memory: "4096" },
      says: "memory is 4096, with 256 CPU units Fargate offers 512 to 2048 MiB in steps of 512",
    },
  },
  unknown: ["cpu"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
