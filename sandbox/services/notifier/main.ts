/** The notifier's process: `node main.ts DIRECTORY WORLD STACK PORT MAIL-PORT AWS-PORT REGION ACCOUNT`. */
import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { alarmRequest } from "../aws/alarm.ts";
import { emulatorClientOptions, emulatorEndpoint } from "../aws/emulator.ts";
import { declaredIn } from "../declared.ts";
import { type ExpressionAlarm, judgeAlarms } from "./alarms.ts";
import { startSink } from "./sink.ts";

const PAUSE_MILLISECONDS = 1_000;

async function main([
  directory = "",
  world = "",
  stack = "",
  port,
  mailPort,
  awsPort,
  region = "",
  accountId = "",
]: string[]): Promise<void> {
  const confirmOrigin = emulatorEndpoint(Number(awsPort));
  const sink = await startSink({ directory, port: Number(port), mailPort: Number(mailPort), confirmOrigin });
  const source = { endpoint: confirmOrigin, region, accountId };
  const client = new CloudWatchClient(emulatorClientOptions(Number(awsPort), { region, accountId }));
  let running = true;
  const stop = () => {
    running = false;
    void sink.close().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
  let last = "";
  while (running) {
    await judgeAlarms(client, source, declaredExpressions(world, stack), new Date()).then(
      (turned) => {
        last = "";
        for (const name of turned) process.stdout.write(`${new Date().toISOString()} ${name} turned\n`);
      },
      (error: Error) => {
        // The emulator may be stopped for a while: that is said once.
        if (error.message !== last) process.stderr.write(`${new Date().toISOString()} ${error.message}\n`);
        last = error.message;
      },
    );
    await sleep(PAUSE_MILLISECONDS);
  }
}

function declaredExpressions(world: string, stack: string): ExpressionAlarm[] {
  const alarms = declaredIn({ world, stack }).filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm");
  return alarms.map(({ inputs }) => alarmRequest(inputs)).filter(({ Metrics }) => Metrics !== undefined);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
