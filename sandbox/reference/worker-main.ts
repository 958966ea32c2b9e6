/** The worker's process: `node worker-main.ts` works, `node worker-main.ts health` tells whether one does. */
import { startWorker } from "./worker.ts";
import { workerHealth } from "./worker-health.ts";

async function main(command: string | undefined): Promise<void> {
  if (command === "health") {
    const health = await workerHealth(process.env);
    process.stdout.write(`${JSON.stringify(health, null, 2)}\n`);
    process.exitCode = health.status === "healthy" ? 0 : 1;
    return;
  }
  const worker = await startWorker(process.env, (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`));
  const stop = () => void worker.stop();
  process.once("SIGTERM", stop).once("SIGINT", stop);
}

main(process.argv[2]).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
