/**
 * A real AWS API emulator for one test file: S3, Secrets Manager, SNS, SQS, KMS and CloudWatch on loopback.
 *
 *     const aws = useAws();
 *     it("…", async () => { const s3 = new S3Client(aws().client); … });
 *
 * Where the emulator is not installed (`./thorbis local start` installs it) the tests are skipped with that reason.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emulatorAnswers, emulatorCommand, emulatorEndpoint } from "../sandbox/services/aws/emulator.ts";
import { findEmulator } from "../sandbox/services/aws/installation.ts";
import { launch } from "../sandbox/services/launch.ts";
import { layoutOf } from "../sandbox/services/layout.ts";
import { findFreePort } from "../sandbox/services/ports.ts";
import { endProcess } from "../sandbox/services/processes.ts";
import { waitUntilReady } from "../sandbox/services/ready.ts";

const ACCOUNT = "123456789012";
const REGION = "us-east-1";

export interface TestAws {
  endpoint: string;
  /** What every client of the AWS SDK takes: `new S3Client(aws().client)`. Buckets are addressed by path. */
  client: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
    forcePathStyle: true;
  };
  accountId: string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..");
const program = findEmulator(root, layoutOf(root).venv);

export const awsInstalled = program !== undefined;

export const describeWithAws = (name: string, tests: () => void): void => {
  if (awsInstalled) describe(name, tests);
  else describe.skip(`${name} (skipped: the AWS emulator is not installed)`, tests);
};

/** Starts an emulator before the tests of the file or block and stops it after them. */
export function useAws(): () => TestAws {
  let emulator: TestAws | undefined;
  beforeAll(async () => {
    emulator = await startAws();
  }, 30_000);
  afterAll(async () => {
    await emulator?.stop();
  });
  return () => {
    if (!emulator) throw new Error("useAws: the emulator is not running here");
    return emulator;
  };
}

export async function startAws(): Promise<TestAws> {
  if (program === undefined) throw new Error("the AWS emulator is not installed");
  const directory = mkdtempSync(join(tmpdir(), "thorbis-aws-"));
  const port = await findFreePort();
  const command = emulatorCommand(program, { directory, port, accountId: ACCOUNT, region: REGION, persist: false });
  const log = join(directory, "log");
  const record = await launch({ ...command, marker: `test:${directory}`, log });
  const stop = async () => {
    // Nothing is kept, so nothing need be saved.
    await endProcess(record, "SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await waitUntilReady("aws", record, log, () => emulatorAnswers(port));
  } catch (error) {
    await stop();
    throw error;
  }
  const endpoint = emulatorEndpoint(port);
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "test" };
  return {
    endpoint,
    client: { endpoint, region: REGION, credentials, forcePathStyle: true },
    accountId: ACCOUNT,
    stop,
  };
}
