import { join } from "node:path";
import type { Launch } from "../launch.ts";
import { LOOPBACK } from "../ports.ts";

export interface EmulatorOptions {
  /** Holds the emulator's state: what was declared, and the objects. */
  directory: string;
  port: number;
  /** The account that answers where the access key is not itself an account's number. */
  accountId: string;
  region: string;
  /** Off for a test: nothing is kept. @default true */
  persist?: boolean;
}

export function emulatorCommand(program: string, options: EmulatorOptions): Omit<Launch, "marker" | "log"> {
  const persist = options.persist ?? true;
  return {
    command: program,
    args: [],
    cwd: options.directory,
    environment: {
      BIND_HOST: LOOPBACK,
      GATEWAY_PORT: String(options.port),
      MINISTACK_HOST: "localhost",
      MINISTACK_ACCOUNT_ID: options.accountId,
      MINISTACK_REGION: options.region,
      LOG_LEVEL: "WARNING",
      // It would open a second port, on every address of the machine.
      IOT_MTLS_ENABLED: "0",
      SFTP_ENABLED: "0",
      // No container is to be started on a developer's behalf.
      DOCKER_HOST: "unix:///nonexistent",
      PYTHONDONTWRITEBYTECODE: "1",
      PERSIST_STATE: persist ? "1" : "0",
      S3_PERSIST: persist ? "1" : "0",
      STATE_DIR: join(options.directory, "state"),
      S3_DATA_DIR: join(options.directory, "objects"),
    },
  };
}

export const emulatorEndpoint = (port: number): string => `http://${LOOPBACK}:${port}`;

/** What a client of the AWS SDK takes. Credentials are not checked; a number as key names the account. */
export function emulatorClientOptions(port: number, { region, accountId }: { region: string; accountId: string }) {
  return {
    endpoint: emulatorEndpoint(port),
    region,
    credentials: { accessKeyId: accountId, secretAccessKey: "local" },
    // Bucket names as host names would have to be resolved.
    forcePathStyle: true,
  };
}

export async function emulatorAnswers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`${emulatorEndpoint(port)}/_ministack/health`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
