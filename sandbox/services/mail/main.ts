/** The mail catcher's process: `node main.ts DIRECTORY PORT`. */
import { startMailCatcher } from "./catcher.ts";

async function main(directory: string, port: number): Promise<void> {
  const catcher = await startMailCatcher({ directory, port });
  const stop = () => void catcher.close().then(() => process.exit(0));
  process.once("SIGTERM", stop).once("SIGINT", stop);
}

main(process.argv[2] ?? "", Number(process.argv[3])).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
