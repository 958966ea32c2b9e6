/** Container services on ECS: back to the task definition that ran before, with the service's own circuit breaker. */
import {
  DescribeServicesCommand,
  type ECSClient,
  ListTaskDefinitionsCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { OperationFailure } from "../failure.ts";

export interface ServiceReference {
  cluster: string;
  service: string;
}

const familyOf = (arn: string) => arn.split("/").at(-1)?.replace(/:\d+$/, "") ?? arn;

export class ContainerService {
  readonly reference: ServiceReference;
  readonly #ecs: ECSClient;

  constructor(reference: ServiceReference, ecs: ECSClient) {
    this.reference = reference;
    this.#ecs = ecs;
  }

  /** ARN of the task definition that the service is told to run. */
  async current(): Promise<string> {
    const { cluster, service } = this.reference;
    const answer = await this.#ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const arn = answer.services?.[0]?.taskDefinition;
    if (arn === undefined) {
      throw new OperationFailure(`the service ${service} does not exist in the cluster ${cluster}`, {
        exitCode: 2,
        remedy: "compare the stack's outputs with `aws ecs list-services`",
      });
    }
    return arn;
  }

  /** The active revision before the current one; `undefined` when there is none to go back to. */
  async previous(): Promise<string | undefined> {
    const current = await this.current();
    const answer = await this.#ecs.send(
      new ListTaskDefinitionsCommand({
        familyPrefix: familyOf(current),
        status: "ACTIVE",
        sort: "DESC",
        maxResults: 100,
      }),
    );
    const arns = (answer.taskDefinitionArns ?? []).filter((arn) => familyOf(arn) === familyOf(current));
    const position = arns.indexOf(current);
    return position < 0 ? undefined : arns[position + 1];
  }

  async run(taskDefinition: string): Promise<void> {
    await this.#ecs.send(new UpdateServiceCommand({ ...this.reference, taskDefinition, forceNewDeployment: false }));
  }
}
