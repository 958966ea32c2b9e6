import { soc2 } from "../frameworks.ts";
import { at, flag, isEmpty, list, number, text } from "../properties.ts";
import { everywhere, resourceRule, setting } from "../rule.ts";

export const awsEcsServiceLaunch = resourceRule({
  name: "aws-ecs-service-launch",
  title: "Services can be rolled out",
  description:
    "A service has a launch type or capacity providers, room to start or stop a task, and gives up on a deployment that fails.",
  severity: "medium",
  frameworks: [soc2("CC8.1")],
  remediation:
    "Choose one of launchType and capacityProviderStrategies; keep maximum above minimum percent; enable the circuit breaker with rollback.",
  link: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html",
  levels: everywhere("mandatory"),
  types: ["aws:ecs/service:Service"],
  settings: {
    circuitBreaker: setting.flag(false, "Whether a deployment that fails must be given up and rolled back"),
  },
  check(service, context) {
    if (!isEmpty(service.props.launchType) && list(service.props.capacityProviderStrategies).length > 0) {
      context.report("has both launchType and capacityProviderStrategies");
    }
    const minimum = number(service.props.deploymentMinimumHealthyPercent) ?? 100;
    const maximum = number(service.props.deploymentMaximumPercent) ?? 200;
    if (maximum <= minimum)
      context.report(`deploymentMaximumPercent is ${maximum} and the minimum ${minimum}: no task can be exchanged`);
    // CodeDeploy and external controllers have their own way back.
    const controller = text(at(service.props, "deploymentController.type")) ?? "ECS";
    if (!context.settings.circuitBreaker || controller !== "ECS") return;
    const breaker = service.props.deploymentCircuitBreaker;
    if (!flag(at(breaker, "enable"))) context.report("deploymentCircuitBreaker is not enabled");
    else if (!flag(at(breaker, "rollback"))) context.report("deploymentCircuitBreaker does not roll back");
  },
});
