/**
 * A release of a container service that stands beside the old one (ECS blue-green), watched: it waits for a decision
 * before it gets the visitors and once more before the old one goes. Stop conditions send the visitors back. Works on a
 * rolling release too, which knows no pause: it is watched and taken back the same way.
 */
import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  type ECSClient,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
  StopServiceDeploymentCommand,
} from "@aws-sdk/client-ecs";
import { OperationFailure } from "../failure.ts";
import type { ServiceReference } from "../rollback/container.ts";
import { pause, reasonsToStop, type StopCondition } from "./stopping.ts";

export interface ServiceWalk {
  stopConditions: readonly StopCondition[];
  /** How long the new release is watched with all visitors before it may keep them. */
  soakMilliseconds: number;
  /** @default 10 seconds */
  pollMilliseconds?: number;
  /** Told at every stage. */
  progress?: (line: string) => void;
  signal?: AbortSignal;
}

/** What stays as it is: a release that has ended, one way or the other. */
const ended = new Set(["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"]);
const underWay = ({ status }: Partial<ServiceDeployment>): boolean => status !== undefined && !ended.has(status);

/** The stage after which the old release still runs and the new one has the visitors. */
const SHIFTED = "POST_PRODUCTION_TRAFFIC_SHIFT";

const stages: Record<string, string> = {
  RECONCILE_SERVICE: "the service is compared",
  PRE_SCALE_UP: "before its tasks start",
  SCALE_UP: "its tasks start beside the old ones",
  POST_SCALE_UP: "its tasks are well; nobody sees them yet",
  PRODUCTION_TRAFFIC_SHIFT: "the visitors are moved",
  POST_PRODUCTION_TRAFFIC_SHIFT: "it has all visitors; the old one stands by",
  BAKE_TIME: "it has all visitors for its declared time; the old one stands by",
  CLEAN_UP: "the old one goes",
};
const told = ({ lifecycleStage, status }: ServiceDeployment) =>
  stages[lifecycleStage ?? ""] ?? (status ?? "").toLowerCase().replaceAll("_", " ");

const waiting = ({ lifecycleHookDetails = [] }: ServiceDeployment) =>
  lifecycleHookDetails.find(({ status, targetType }) => targetType === "PAUSE" && status === "AWAITING_ACTION")?.hookId;

export class ServiceRelease {
  readonly reference: ServiceReference;
  readonly #ecs: ECSClient;

  constructor(reference: ServiceReference, ecs: ECSClient) {
    this.reference = reference;
    this.#ecs = ecs;
  }

  /** What a release will do, in words. */
  async plan(): Promise<string> {
    const { cluster, service } = this.reference;
    const { services = [] } = await this.#ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
    const {
      strategy = "ROLLING",
      bakeTimeInMinutes = 0,
      lifecycleHooks = [],
    } = services[0]?.deploymentConfiguration ?? {};
    if (strategy === "ROLLING")
      return "tasks are replaced one after the other; the circuit breaker takes a sick release back";
    const pauses = lifecycleHooks.filter(({ targetType }) => targetType === "PAUSE").length;
    return `${strategy.toLowerCase().replace("_", "-")}: the new release stands whole beside the old one, waits ${pauses} times for a decision, and is watched ${bakeTimeInMinutes} minutes before the old one goes`;
  }

  /** The newest release of the service, under way or ended; empty when there never was one. */
  async newest(): Promise<Partial<ServiceDeployment>> {
    const { cluster, service } = this.reference;
    const { serviceDeployments: brief = [] } = await this.#ecs.send(
      new ListServiceDeploymentsCommand({ cluster, service, maxResults: 20 }),
    );
    const [last] = brief.sort((one, other) => (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0));
    if (last?.serviceDeploymentArn === undefined) return {};
    const { serviceDeployments = [] } = await this.#ecs.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [last.serviceDeploymentArn] }),
    );
    return serviceDeployments[0] ?? {};
  }

  async status(): Promise<string> {
    const release = await this.newest();
    return underWay(release) ? told(release) : "no release is under way";
  }

  /**
   * Watches a release to its end.
   * @returns `none` when no release is under way
   * @throws OperationFailure when it was taken back: the message says by which condition
   */
  async walk(options: ServiceWalk): Promise<"complete" | "none"> {
    const { progress, pollMilliseconds = 10_000, signal } = options;
    let seen = "";
    let until = Number.POSITIVE_INFINITY;
    let release = await this.newest();
    if (!underWay(release)) return "none";
    const arn = release.serviceDeploymentArn;
    while (underWay(release) && release.serviceDeploymentArn === arn) {
      signal?.throwIfAborted();
      if (release.status?.startsWith("ROLLBACK")) break;
      if (told(release) !== seen) {
        seen = told(release);
        progress?.(seen);
      }
      const reasons = await reasonsToStop(options.stopConditions);
      if (reasons.length > 0) return this.#takeBack(release, reasons, pollMilliseconds, signal);
      const hook = waiting(release);
      if (hook !== undefined) {
        if (release.lifecycleStage === SHIFTED) until = Math.min(until, Date.now() + options.soakMilliseconds);
        if (release.lifecycleStage !== SHIFTED || Date.now() >= until) await this.#decide(release, hook, "CONTINUE");
      }
      await pause(pollMilliseconds, signal);
      release = await this.newest();
    }
    if (release.status === "SUCCESSFUL" && release.serviceDeploymentArn === arn) return "complete";
    throw new OperationFailure(
      `the release of ${this.reference.service} did not come to its end: ${release.statusReason ?? release.status ?? "it is gone"}`,
      { remedy: "look at the service's deployments and events, mend the cause, then apply anew" },
    );
  }

  #decide({ serviceDeploymentArn }: ServiceDeployment, hookId: string, action: "CONTINUE" | "ROLLBACK") {
    return this.#ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action }));
  }

  async #takeBack(
    release: ServiceDeployment,
    reasons: readonly string[],
    pollMilliseconds: number,
    signal: AbortSignal | undefined,
  ): Promise<never> {
    const { serviceDeploymentArn } = release;
    const hook = waiting(release);
    if (hook !== undefined) await this.#decide(release, hook, "ROLLBACK");
    else await this.#ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" }));
    let now: Partial<ServiceDeployment> = release;
    while (underWay(now)) {
      await pause(pollMilliseconds, signal);
      now = await this.newest();
    }
    const why = reasons.join("; ");
    if (now.status === "ROLLBACK_SUCCESSFUL" || now.status === "STOPPED") {
      throw new OperationFailure(`the release of ${this.reference.service} was taken back: ${why}`, {
        remedy: "the release before serves; mend the cause, then apply anew",
      });
    }
    throw new OperationFailure(
      `the release of ${this.reference.service} had to stop (${why}), and going back failed: ${now.statusReason ?? now.status}`,
      { remedy: "go back by hand: ./thorbis rollback STACK --only SERVICE" },
    );
  }
}
