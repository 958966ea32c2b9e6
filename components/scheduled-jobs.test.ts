import { alarmSettings } from "../testing/alarm-scope.ts";
import { record } from "../testing/mocks.ts";
import { ownership } from "../testing/ownership.ts";
import { ContainerCluster } from "./container-cluster.ts";
import { type JobDeclaration, ScheduledJobs } from "./scheduled-jobs.ts";

const backupRole = "arn:aws:iam::111111111111:role/backup-writer";
const jobs: Record<string, JobDeclaration> = {
  "daily-backup-verification": {
    description: "Proves that the last backup can be restored",
    schedule: "cron(0 6 * * ? *)",
    command: ["./thorbis", "backup", "verify"],
    duty: "backup",
    maxSilenceHours: 26,
  },
  "quarterly-disaster-recovery-test": {
    description: "Rehearses the loss of a region",
    schedule: "cron(0 9 1 1,4,7,10 ? *)",
    command: ["./thorbis", "drill"],
    duty: "drill",
    environment: { DRILL: "region" },
  },
};

const [verification] = Object.values(jobs);
const url = "arn:aws:secretsmanager:us-east-1:111111111111:secret:urls-x1";
const duties = {
  backup: { permissions: { roleArn: backupRole }, secrets: { ONE: `${url}:ONE::`, OTHER: `${url}:OTHER::` } },
  drill: { permissions: { statements: [] } },
  idle: { permissions: { statements: [] } },
};

const declare = (change: Record<string, JobDeclaration> = jobs, state: "ENABLED" | "DISABLED" = "ENABLED") =>
  record(() => {
    new ScheduledJobs("jobs", {
      accountId: "111111111111",
      region: "us-east-1",
      cluster: new ContainerCluster("main", {
        accountId: "111111111111",
        region: "us-east-1",
        ownership,
        insights: "disabled",
        logKeyArn: "arn:aws:kms:us-east-1:111111111111:key/logs",
      }),
      container: {
        repositoryUrl: "111111111111.dkr.ecr.us-east-1.amazonaws.com/operations",
        imageTag: "3f2c1ab",
        environment: { LOG_LEVEL: "info" },
      },
      duties,
      jobs: change,
      state,
      secretKeyArns: ["arn:aws:kms:us-east-1:111111111111:key/vault"],
      vpcId: "vpc-1",
      subnetIds: ["subnet-a"],
      egress: [],
      logRetentionDays: 30,
      alarms: alarmSettings,
      ownership,
    });
  });

test("starts each job at its hour, UTC, in private subnets, and keeps the starts that fail", async () => {
  const schedules = (await declare()).ofType("aws:scheduler/schedule:Schedule");
  expect(schedules.map(({ inputs }) => [inputs.name, inputs.scheduleExpression])).toEqual([
    ["jobs-daily-backup-verification", "cron(0 6 * * ? *)"],
    ["jobs-quarterly-disaster-recovery-test", "cron(0 9 1 1,4,7,10 ? *)"],
  ]);
  for (const { dependencies, inputs } of schedules) {
    // The scheduler tries the role when the schedule is created.
    expect(dependencies).toContain("jobs-scheduler-policy");
    expect(inputs).toMatchObject({
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        deadLetterConfig: { arn: "arn:aws:sqs:us-east-1:111111111111:jobs-dead-letters" },
        ecsParameters: { networkConfiguration: { assignPublicIp: false }, taskCount: 1 },
      },
    });
  }
});

test("gives each job its own command, and what all of them share", async () => {
  const recording = await declare();
  const definition = recording.only("aws:ecs/taskDefinition:TaskDefinition", "jobs-quarterly-disaster-recovery-test");
  expect(JSON.parse(String(definition.inputs.containerDefinitions))).toEqual([
    expect.objectContaining({
      command: ["./thorbis", "drill"],
      environment: [
        { name: "DRILL", value: "region" },
        { name: "LOG_LEVEL", value: "info" },
      ],
    }),
  ]);
});

test("hands the backup job the role that was made for it, and no other", async () => {
  const recording = await declare();
  const definition = recording.only("aws:ecs/taskDefinition:TaskDefinition", "jobs-daily-backup-verification");
  expect(definition.inputs.taskRoleArn).toBe(backupRole);
  const { policy } = recording.only("aws:iam/rolePolicy:RolePolicy", "jobs-scheduler-policy").inputs;
  expect(JSON.parse(String(policy)).Statement).toContainEqual({
    Sid: "HandOverRoles",
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: ["arn:aws:iam::111111111111:role/jobs-*", backupRole],
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  });
});

test("gives jobs of one duty the same roles, lets each duty read its own entries alone, and makes no idle one", async () => {
  const recording = await declare({ ...jobs, "weekly-backup": { ...verification, duty: "backup" } as JobDeclaration });
  const roles = recording.ofType("aws:iam/role:Role").map(({ name }) => name);
  expect(roles.filter((name) => name.startsWith("jobs-")).toSorted()).toEqual([
    "jobs-backup-execution",
    "jobs-drill-execution",
    "jobs-drill-task",
    "jobs-scheduler",
  ]);
  const statements = (duty: string) =>
    JSON.parse(String(recording.only("aws:iam/rolePolicy:RolePolicy", `jobs-${duty}-execution-policy`).inputs.policy))
      .Statement as { Sid: string; Resource: unknown }[];
  expect(statements("backup").find(({ Sid }) => Sid === "ReadSecrets")?.Resource).toEqual([url]);
  expect(statements("drill").map(({ Sid }) => Sid)).toEqual(["LogIn", "PullImage", "Write"]);
});

test("keeps all jobs' lines in one log, each in streams of its own", async () => {
  const recording = await declare();
  const log = recording.only("aws:cloudwatch/logGroup:LogGroup");
  expect(log.inputs).toMatchObject({ name: "/thorbis/jobs", retentionInDays: 30 });
  for (const { inputs, name } of recording.ofType("aws:ecs/taskDefinition:TaskDefinition")) {
    const [container] = JSON.parse(String(inputs.containerDefinitions));
    expect(container.logConfiguration.options).toMatchObject({
      "awslogs-group": "/thorbis/jobs",
      "awslogs-stream-prefix": name,
    });
  }
});

test("tells somebody when a job fails, does not start, or does not run", async () => {
  const recording = await declare();
  const alarms = recording.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs.name);
  expect(alarms).toEqual([
    "thorbis-test/jobs-dead-letters/dead-letters",
    "thorbis-test/jobs-failures/job-failed",
    "thorbis-test/jobs-daily-backup-verification/job-missing",
  ]);
  const notice = recording.only("aws:cloudwatch/eventTarget:EventTarget").inputs;
  expect(notice).toMatchObject({ arn: alarmSettings.topicArns.warning, inputTransformer: expect.anything() });
  const { inputPaths, inputTemplate } = notice.inputTransformer as {
    inputPaths: Record<string, string>;
    inputTemplate: string;
  };
  const named = [...JSON.parse(inputTemplate).matchAll(/<(\w+)>/g)].map(([, variable]) => variable);
  expect(named.toSorted()).toEqual(Object.keys(inputPaths).toSorted());
});

test("counts an end as a failure when the exit code is not 0 or the task never started, whichever job it was", async () => {
  const { eventPattern } = (await declare()).only("aws:cloudwatch/eventRule:EventRule", "jobs-failures").inputs;
  expect(JSON.parse(String(eventPattern)).detail).toEqual({
    clusterArn: ["arn:aws:ecs:us-east-1:111111111111:cluster/main"],
    taskDefinitionArn: [{ prefix: "arn:aws:ecs:us-east-1:111111111111:task-definition/jobs-" }],
    lastStatus: ["STOPPED"],
    $or: [{ containers: { exitCode: [{ "anything-but": [0] }] } }, { stopCode: ["TaskFailedToStart"] }],
  });
});

test("counts as a success of a job only its own end with exit code 0", async () => {
  const name = "jobs-daily-backup-verification-success";
  const { eventPattern } = (await declare()).only("aws:cloudwatch/eventRule:EventRule", name).inputs;
  expect(JSON.parse(String(eventPattern)).detail).toMatchObject({
    taskDefinitionArn: [
      { prefix: "arn:aws:ecs:us-east-1:111111111111:task-definition/jobs-daily-backup-verification:" },
    ],
    containers: { exitCode: [0] },
  });
});

test("jobs that wait are started by nobody and missed by nobody, and can still be run by hand", async () => {
  const recording = await declare(jobs, "DISABLED");
  expect(recording.ofType("aws:scheduler/schedule:Schedule").map(({ inputs }) => inputs.state)).toEqual([
    "DISABLED",
    "DISABLED",
  ]);
  const alarms = recording.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs.name);
  expect(alarms).not.toContainEqual(expect.stringContaining("job-missing"));
  expect(recording.ofType("aws:ecs/taskDefinition:TaskDefinition")).toHaveLength(2);
});

const changed = (change: Partial<JobDeclaration>) => ({ job: { ...verification, ...change } as JobDeclaration });
test.each([
  [changed({ schedule: "every hour" }), 'jobs-job.schedule: "every hour" is no schedule'],
  [changed({ schedule: "cron(0 6 * * * *)" }), 'jobs-job.schedule: "cron(0 6 * * * *)" is no schedule'],
  [changed({ schedule: "0 6 * * *" }), 'jobs-job.schedule: "0 6 * * *" is no schedule'],
  [changed({ schedule: "rate(1 days)" }), 'jobs-job.schedule: "rate(1 days)" is no schedule'],
  [changed({ maxSilenceHours: 200 }), "jobs.jobs.job.maxSilenceHours: CloudWatch cannot look back 200 hours"],
  [changed({ duty: "everything" }), 'jobs.jobs.job.duty: "everything" is none of the duties'],
  [changed({ command: [] }), "jobs.jobs.job.command: the job runs nothing"],
  [{}, "jobs.jobs: there is nothing to schedule"],
])("refuses %j", async (wrong, message) => {
  await expect(declare(wrong)).rejects.toMatchObject({ message, exitCode: 2 });
});
