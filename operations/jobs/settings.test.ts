import * as pulumi from "@pulumi/pulumi";
import { withContainerSecrets } from "../../cli/data/container.ts";
import { dutyOf, keyHolders, urlsOf } from "../../stacks/duties.ts";
import { type Environment, parseEnvironment } from "../../stacks/environment.ts";
import type { MaintenanceJob } from "../../stacks/maintenance.ts";
import { operationsOutput, settingsOf } from "../../stacks/operations-settings.ts";
import { stackFile, stackNames } from "../../testing/stack-files.ts";
import { parseSettings } from "../settings.ts";
import { jobs } from "./calendar.ts";

const environmentOf = (stack: (typeof stackNames)[number]): Environment =>
  parseEnvironment(stackFile(stack)["thorbis:environment"], stack);

const keys = JSON.stringify({
  recipients: [
    { name: "operations", publicKey: `age1${"q".repeat(58)}` },
    { name: "safe", publicKey: `age1${"p".repeat(58)}`, escrow: true },
  ],
  verifyKey: "public",
});
const urls = { thorbis: "postgresql://a:b@server/thorbis", helpdesk: "postgresql://a:b@server/helpdesk" };

/** What a task finds in its environment, by its duty. */
function taskOf(job: MaintenanceJob, environment: Environment) {
  const duty = dutyOf[job];
  const text = JSON.stringify(settingsOf(job, environment));
  const variables = {
    BACKUP_BUCKET: "backups",
    ...(urlsOf[duty] && { THORBIS_DATABASE_URL: urls.thorbis, HELPDESK_DATABASE_URL: urls.helpdesk }),
    ...(keyHolders.includes(duty) && { OPERATIONS_BACKUP_KEYS: keys }),
  };
  return parseSettings(withContainerSecrets(JSON.parse(text), variables, (value) => JSON.parse(value)));
}

test.each(stackNames)("every job of %s is given settings that it can work with", (stack) => {
  const environment = environmentOf(stack);
  const now = () => new Date("2026-11-15T03:00:00Z");
  for (const job of jobs) {
    const settings = taskOf(job.name as MaintenanceJob, environment);
    const context = { settings, now, deadline: now(), measure: () => undefined };
    expect([job.name, job.checks(context).length > 0]).toEqual([job.name, true]);
  }
});

test.each(stackNames)("the output `operations` of %s is what the commands on a laptop read", async (stack) => {
  const environment = environmentOf(stack);
  const output = operationsOutput(environment, {
    urls,
    bucket: "backups",
    keys,
    topicArn: "arn:aws:sns:us-east-1:111111111111:warning",
    logGroup: "/thorbis/operations",
  });
  expect(await pulumi.isSecret(output)).toBe(true);
  const settings = parseSettings(await new Promise((resolve) => void output.apply(resolve)));
  const task = taskOf("daily-backup-pruning", environment);
  expect(settings).toMatchObject({
    database: { url: urls.thorbis, name: "thorbis-database" },
    prisma: { helpdesk: { url: urls.helpdesk } },
    audit: { logGroup: "/thorbis/operations", metrics: true },
    recoveryPointMinutes: task.recoveryPointMinutes,
    recoveryTimeMinutes: task.recoveryTimeMinutes,
  });
  const { replica } = taskOf("quarterly-recovery-test", environment).backups ?? {};
  expect(settings.backups).toEqual({ ...task.backups, replica });
  expect(replica).toEqual({ bucket: `thorbis-${stack}-backups-replica-us-west-2`, region: "us-west-2" });
});

test("only whoever restores by hand is told which cluster keeps the history", async () => {
  const environment = environmentOf("production");
  const output = operationsOutput(environment, {
    urls,
    bucket: "backups",
    topicArn: "arn:aws:sns:us-east-1:111111111111:warning",
    logGroup: "/thorbis/operations",
    cluster: "thorbis-production",
  });
  const settings = parseSettings(await new Promise((resolve) => void output.apply(resolve)));
  expect(settings.database?.cluster).toBe("thorbis-production");
  const told = jobs.filter(({ name }) => taskOf(name as MaintenanceJob, environment).database?.cluster !== undefined);
  expect(told).toEqual([]);
});

test("without its keys the output names no place for backups", async () => {
  const output = operationsOutput(environmentOf("production"), {
    urls,
    bucket: "backups",
    topicArn: "arn:aws:sns:us-east-1:111111111111:warning",
    logGroup: "/thorbis/operations",
  });
  const settings = parseSettings(await new Promise((resolve) => void output.apply(resolve)));
  expect(settings.backups).toBeUndefined();
});
