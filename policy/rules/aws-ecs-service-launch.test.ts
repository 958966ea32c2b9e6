import { describeRule, resource } from "../testing.ts";
import { awsEcsServiceLaunch } from "./aws-ecs-service-launch.ts";

describeRule(awsEcsServiceLaunch, {
  compliant: resource("aws:ecs/service:Service", "web", {
    launchType: "FARGATE",
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    deploymentCircuitBreaker: { enable: true, rollback: true },
  }),
  settings: { circuitBreaker: true },
  mutations: {
    "refuses two ways to be placed": {
      set: { capacityProviderStrategies: [{ capacityProvider: "FARGATE" }] },
      says: "has both launchType and capacityProviderStrategies",
    },
    "refuses a rollout without room": {
      set: { deploymentMaximumPercent: 100 },
      says: "deploymentMaximumPercent is 100 and the minimum 100: no task can be exchanged",
    },
    "refuses a service without circuit breaker": {
      set: { deploymentCircuitBreaker: undefined },
      says: "deploymentCircuitBreaker is not enabled",
    },
    "leaves it alone where nobody asks for one": {
      set: { deploymentCircuitBreaker: undefined },
      settings: {},
      says: [],
    },
    "leaves CodeDeploy to its own way back": {
      set: { deploymentCircuitBreaker: undefined, deploymentController: { type: "CODE_DEPLOY" } },
      says: [],
    },
    "refuses a breaker that leaves the failed version": {
      set: { "deploymentCircuitBreaker.rollback": false },
      says: "deploymentCircuitBreaker does not roll back",
    },
  },
  unknown: ["deploymentMaximumPercent"],
  elsewhere: { development: "mandatory", staging: "mandatory" },
});
