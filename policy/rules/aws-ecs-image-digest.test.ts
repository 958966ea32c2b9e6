import { describeRule, resource } from "../testing.ts";
import { awsEcsImageDigest } from "./aws-ecs-image-digest.ts";

const digest = `sha256:${"a1".repeat(32)}`;
const containers = (image?: string) => ({ set: { containerDefinitions: JSON.stringify([{ name: "web", image }]) } });

describeRule(awsEcsImageDigest, {
  compliant: resource("aws:ecs/taskDefinition:TaskDefinition", "web", {
    containerDefinitions: JSON.stringify([{ name: "web", image: `shop/web@${digest}` }]),
  }),
  mutations: {
    "accepts a tag beside the digest": { ...containers(`shop/web:1.2.3@${digest}`), says: [] },
    "refuses a tag": {
      ...containers("shop/web:latest"),
      says: "container web runs shop/web:latest, which is not pinned by digest",
    },
    "refuses a cut digest": {
      ...containers("shop/web@sha256:a1"),
      says: "container web runs shop/web@sha256:a1, which is not pinned by digest",
    },
    "refuses a container without image": {
      ...containers(),
      says: "container web runs no image, which is not pinned by digest",
    },
    "leaves a task without containers to AWS, which refuses it": {
      set: { containerDefinitions: undefined },
      says: [],
    },
  },
  unknown: ["containerDefinitions"],
  elsewhere: { development: "disabled", staging: "mandatory" },
});
