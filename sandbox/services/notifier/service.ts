import { join } from "node:path";
import type { AwsIdentity } from "../aws/service.ts";
import { LOOPBACK } from "../ports.ts";
import type { Service } from "../service.ts";

/** Subscribers' messages, and the alarms that the emulator does not judge itself. */
export function notifierService({ region, accountId }: AwsIdentity): Service {
  return {
    name: "notifier",
    async prepare(context) {
      const ports = ["notifier", "mail", "aws"].map((name) => String(context.port(name)));
      return {
        command: process.execPath,
        args: [
          join(import.meta.dirname, "main.ts"),
          context.directory,
          context.layout.world,
          context.layout.stack,
          ...ports,
          region,
          accountId,
        ],
        cwd: context.directory,
        environment: {},
      };
    },
    async answers(context) {
      try {
        const url = `http://${LOOPBACK}:${context.port("notifier")}/health`;
        const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
        await response.body?.cancel();
        return response.ok;
      } catch {
        return false;
      }
    },
    address: (context) => `http://localhost:${context.port("notifier")}`,
  };
}
