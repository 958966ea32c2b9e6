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
    permissions: { roleArn: backupRole },
    maxSilenceHours: 26,
  },
  "quarterly-disaster-recovery-test": {
    description: "Rehearses the loss of a region",
    schedule: "cron(0 9 1 1,4,7,10 ? *)",
    command: ["./thorbis", "drill"],
    permissions: { statements: [] },
    environment: { DRILL: "region" },
  },
};

const declare = (change: Record<string, JobDeclaration> = jobs) =>
  record(() => {
    new ScheduledJobs("jobs", {
      accountId: "111111111111",
      region: "us-east-1",
      cluster: new ContainerCluster("main", {
        ownership,
        insights: "disabled",
        logKeyArn: "arn:aws:kms:us-east-1:111111111111:key/logs",
      }),
      container: {
        repositoryUrl: "111111111111.dkr.ecr.us-east-1.amazonaws.com/operations",
        imageTag: "3f2c1ab",
        environment: { LOG_LEVEL: "info" },
      },
      jobs: change,
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

test("tells somebody when a job fails, does not start, or does not run", async () => {
  const recording = await declare();
  const alarms = recording.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => inputs.name);
  expect(alarms).toEqual([
    "thorbis-test/jobs-dead-letters/dead-letters",
    "thorbis-test/jobs-daily-backup-verification/job-failed",
    "thorbis-test/jobs-daily-backup-verification/job-missing",
    "thorbis-test/jobs-quarterly-disaster-recovery-test/job-failed",
  ]);
});

test("counts an end as a failure when the exit code is not 0 or the task never started", async () => {
  const name = "jobs-daily-backup-verification-outcome-failed";
  const { eventPattern } = (await declare()).only("aws:cloudwatch/eventRule:EventRule", name).inputs;
  expect(JSON.parse(String(eventPattern)).detail).toEqual({
    clusterArn: ["arn:aws:ecs:us-east-1:111111111111:cluster/main"],
    taskDefinitionArn: [
      { prefix: "arn:aws:ecs:us-east-1:111111111111:task-definition/jobs-daily-backup-verification:" },
    ],
    lastStatus: ["STOPPED"],
    $or: [{ containers: { exitCode: [{ "anything-but": [0] }] } }, { stopCode: ["TaskFailedToStart"] }],
  });
});

const [verification] = Object.values(jobs);
const changed = (change: Partial<JobDeclaration>) => ({ job: { ...verification, ...change } as JobDeclaration });
test.each([
  [changed({ schedule: "every hour" }), 'jobs-job.schedule: "every hour" is no schedule'],
  [changed({ schedule: "cron(0 6 * * * *)" }), 'jobs-job.schedule: "cron(0 6 * * * *)" is no schedule'],
  [changed({ schedule: "0 6 * * *" }), 'jobs-job.schedule: "0 6 * * *" is no schedule'],
  [changed({ schedule: "rate(1 days)" }), 'jobs-job.schedule: "rate(1 days)" is no schedule'],
  [changed({ maxSilenceHours: 200 }), "jobs.jobs.job.maxSilenceHours: CloudWatch cannot look back 200 hours"],
  [changed({ command: [] }), "jobs.jobs.job.command: the job runs nothing"],
  [{}, "jobs.jobs: there is nothing to schedule"],
])("refuses %j", async (wrong, message) => {
  await expect(declare(wrong)).rejects.toMatchObject({ message, exitCode: 2 });
});
