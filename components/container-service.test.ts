import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { ContainerCluster } from "./container-cluster.ts";
import { ContainerService, type ContainerServiceArgs } from "./container-service.ts";
import { LoadBalancer, type LoadBalancerArgs } from "./load-balancer.ts";
import { executionRoleArn } from "./task-rights.ts";

const secretArn = "arn:aws:secretsmanager:us-east-1:111111111111:secret:helpdesk/DATABASE_URL-AbCdEf";
const container = {
  repositoryUrl: "111111111111.dkr.ecr.us-east-1.amazonaws.com/helpdesk",
  imageTag: "3f2c1ab",
  environment: { PORT: "3000", NODE_ENV: "production" },
  secrets: { DATABASE_URL: secretArn },
};
const common = {
  accountId: "111111111111",
  region: "us-east-1",
  cpu: 512,
  memoryMib: 1024,
  secretKeyArns: ["arn:aws:kms:us-east-1:111111111111:key/secrets"],
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b"],
  egress: [{ key: "https", port: 443, description: "APIs", peer: { cidr: "0.0.0.0/0" } }],
  minTasks: 2,
  maxTasks: 6,
  logRetentionDays: 30,
  ownership,
};
type Change = Partial<Omit<ContainerServiceArgs, "cluster" | "loadBalancer">>;

const declareCluster = () =>
  new ContainerCluster("main", {
    accountId: "111111111111",
    region: "us-east-1",
    ownership,
    insights: "enabled",
    logKeyArn: "arn:aws:kms:us-east-1:111111111111:key/logs",
  });
const declareWeb = (change: Change = {}, door: Partial<LoadBalancerArgs> = {}) =>
  record(() => {
    const loadBalancer = new LoadBalancer("web-door", {
      vpcId: "vpc-1",
      subnetIds: ["subnet-x", "subnet-y"],
      networkCidr: "10.20.0.0/16",
      certificateArn: "arn:aws:acm:us-east-1:111111111111:certificate/1",
      allowedCidrs: ["0.0.0.0/0"],
      targetPort: 3000,
      healthPath: "/api/health",
      ownership,
      deletionProtection: true,
      ...door,
    });
    new ContainerService("web", {
      ...common,
      container: { ...container, port: 3000 },
      cluster: declareCluster(),
      loadBalancer,
      ...change,
    });
  });
const declareWorker = (change: Change = {}) =>
  record(() => {
    new ContainerService("worker", {
      ...common,
      container: { ...container, healthCommand: ["pnpm", "worker:health"] },
      cluster: declareCluster(),
      backlog: {
        waitingJobs: { namespace: "Thorbis/Queue", metricName: "WaitingJobs", dimensions: { Queue: "default" } },
        jobsPerTask: 50,
      },
      ...change,
    });
  });
const service = "aws:ecs/service:Service";
const definition = "aws:ecs/taskDefinition:TaskDefinition";

test("takes a bad release back by itself and keeps the old tasks until the new ones are well", async () => {
  expect((await declareWeb()).only(service).inputs).toMatchObject({
    deploymentCircuitBreaker: { enable: true, rollback: true },
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    waitForSteadyState: true,
    enableExecuteCommand: false,
    networkConfiguration: { assignPublicIp: false },
  });
});

describe("a release that is watched", () => {
  const watched = () => declareWeb({ blueGreen: { watchMinutes: 20 } }, { blueGreen: { accountId: "111111111111" } });

  test("stands whole beside the old one, waits before and after it gets the visitors, and goes back when nobody decides", async () => {
    const recording = await watched();
    const pause = (stage: string) => ({
      targetType: "PAUSE",
      lifecycleStages: [stage],
      timeoutConfiguration: { action: "ROLLBACK", timeoutInMinutes: "240" },
    });
    expect(recording.only(service).inputs).toMatchObject({
      waitForSteadyState: false,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      deploymentConfiguration: {
        strategy: "BLUE_GREEN",
        bakeTimeInMinutes: "20",
        lifecycleHooks: [pause("POST_SCALE_UP"), pause("POST_PRODUCTION_TRAFFIC_SHIFT")],
      },
    });
    const [balancing] = recording.only(service).inputs.loadBalancers as { advancedConfiguration: object }[];
    expect(Object.keys(balancing?.advancedConfiguration ?? {}).sort()).toEqual([
      "alternateTargetGroupArn",
      "productionListenerRule",
      "roleArn",
    ]);
  });

  test("leaves the weights of the listener's rule to the releases", async () => {
    const rule = (await watched()).only("aws:lb/listenerRule:ListenerRule");
    expect(rule.ignoreChanges).toEqual(["actions"]);
    const [action] = rule.inputs.actions as { forward: { targetGroups: { weight: number }[] } }[];
    expect(action?.forward.targetGroups.map(({ weight }) => weight)).toEqual([100, 0]);
  });

  test("is refused where the load balancer has one group of targets only", async () => {
    await expect(declareWeb({ blueGreen: { watchMinutes: 20 } })).rejects.toThrow("one group of targets");
  });
});

test("leaves the number of tasks to the scaling", async () => {
  const recording = await declareWeb();
  expect(recording.only(service).ignoreChanges).toEqual(["desiredCount"]);
  expect(recording.only("aws:appautoscaling/target:Target").inputs).toMatchObject({
    minCapacity: 2,
    maxCapacity: 6,
    resourceId: "service/main/web",
  });
});

test("runs with a read-only root, without capabilities, and with secrets by reference only", async () => {
  const recording = await declareWeb();
  const [declared] = JSON.parse(String(recording.only(definition).inputs.containerDefinitions));
  expect(declared).toMatchObject({
    image: "111111111111.dkr.ecr.us-east-1.amazonaws.com/helpdesk:3f2c1ab",
    readonlyRootFilesystem: true,
    privileged: false,
    linuxParameters: { capabilities: { drop: ["ALL"] } },
    environment: [
      { name: "NODE_ENV", value: "production" },
      { name: "PORT", value: "3000" },
    ],
    secrets: [{ name: "DATABASE_URL", valueFrom: secretArn }],
    mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
  });
  expect(recording.only(definition).inputs.volumes).toEqual([{ name: "tmp" }]);
});

test("reads the secrets of its container and no others", async () => {
  const recording = await declareWeb();
  const { policy } = recording.only("aws:iam/rolePolicy:RolePolicy", "web-execution-policy").inputs;
  const statements: { Action: unknown; Resource: unknown }[] = JSON.parse(String(policy)).Statement;
  expect(statements).toContainEqual(
    expect.objectContaining({ Action: "secretsmanager:GetSecretValue", Resource: [secretArn] }),
  );
  expect(recording.only("aws:iam/role:Role", "web-execution").inputs.name).toBe("web-execution");
  expect(executionRoleArn("111111111111", "web")).toBe("arn:aws:iam::111111111111:role/web-execution");
});

test("lets in requests of its load balancer alone", async () => {
  const ingress = (await declareWeb()).ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
  const toTasks = ingress.filter(({ name }) => name.startsWith("web-tasks"));
  expect(toTasks.map(({ inputs }) => [inputs.fromPort, inputs.toPort, inputs.cidrIpv4])).toEqual([
    [3000, 3000, undefined],
  ]);
  const worker = await declareWorker();
  expect(worker.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toEqual([]);
});

test("the door speaks modern TLS, sends http to https and protects browsers", async () => {
  const recording = await declareWeb();
  expect(recording.only("aws:lb/listener:Listener", "web-door-https").inputs).toMatchObject({
    protocol: "HTTPS",
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=63072000; includeSubDomains; preload",
    routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
    routingHttpResponseServerEnabled: false,
  });
  expect(recording.only("aws:lb/listener:Listener", "web-door-http").inputs.defaultActions).toEqual([
    { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } },
  ]);
  expect(recording.only("aws:lb/loadBalancer:LoadBalancer").inputs).toMatchObject({
    dropInvalidHeaderFields: true,
    desyncMitigationMode: "strictest",
    enableDeletionProtection: true,
  });
});

test("scales by CPU, and a worker also by the jobs that wait for each task", async () => {
  const policies = (await declareWorker()).ofType("aws:appautoscaling/policy:Policy");
  const [backlog, cpu] = policies.map(({ inputs }) => inputs.targetTrackingScalingPolicyConfiguration);
  expect(cpu).toMatchObject({ targetValue: 60, predefinedMetricSpecification: expect.anything() });
  expect(backlog).toMatchObject({
    targetValue: 50,
    customizedMetricSpecification: {
      metrics: [
        { id: "waiting", metricStat: { metric: { dimensions: [{ name: "Queue", value: "default" }] } } },
        { id: "tasks", metricStat: { metric: { metricName: "RunningTaskCount" } } },
        { id: "backlog", expression: "waiting / tasks" },
      ],
    },
  });
});

test("forgets its log on time", async () => {
  expect((await declareWorker()).only("aws:cloudwatch/logGroup:LogGroup").inputs).toMatchObject({
    name: "/thorbis/worker",
    retentionInDays: 30,
    kmsKeyId: "arn:aws:kms:us-east-1:111111111111:key/logs",
  });
});

const sick = { ...container, healthCommand: ["true"] };
test.each([
  [{ container: { ...sick, imageTag: "latest" } }, 'worker.container.imageTag: "latest" does not say which image runs'],
  [
    { container: { ...sick, environment: { DATABASE_URL: "x" } } },
    "worker.container.environment: DATABASE_URL is a secret as well",
  ],
  [{ container }, "worker.container.healthCommand: nothing would notice a worker that hangs"],
  [{ container: { ...sick, port: 1 } }, "worker.container.port: nobody connects to the port"],
  [{ cpu: 300 }, "worker.cpu: Fargate offers no 300 CPU units"],
  [{ memoryMib: 8192 }, "worker.memoryMib: Fargate offers no 8192 MiB with 512 CPU units"],
  [{ minTasks: 7 }, "worker-scaling.minTasks: 7 to 6 tasks are no range"],
  [{ logRetentionDays: 31 }, "worker-log.retentionDays: 31 days is no retention that CloudWatch offers"],
] satisfies [Change, string][])("refuses %j", async (change, message) => {
  await expect(declareWorker(change)).rejects.toMatchObject({ message, exitCode: 2 });
});
