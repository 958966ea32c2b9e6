import type { Service } from "../service.ts";
import { emulatorAnswers, emulatorCommand, emulatorEndpoint } from "./emulator.ts";
import { findEmulator, installEmulator } from "./installation.ts";

/** Where the code lies: a test's layout has another root. */
const CHECKOUT = new URL("../../..", import.meta.url).pathname;

export interface AwsIdentity {
  accountId: string;
  region: string;
}

/** The AWS API emulator, installed at first use. */
export function awsService(identity: AwsIdentity): Service {
  return {
    name: "aws",
    async prepare(context) {
      const { venv } = context.layout;
      const program = findEmulator(CHECKOUT, venv) ?? (await installEmulator(CHECKOUT, venv));
      return emulatorCommand(program, { directory: context.directory, port: context.port("aws"), ...identity });
    },
    answers: (context) => emulatorAnswers(context.port("aws")),
    address: (context) => emulatorEndpoint(context.port("aws")),
  };
}
