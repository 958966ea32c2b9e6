/**
 * The process of a policy pack. It is started as the Pulumi CLI starts it: `@pulumi/pulumi/cmd/run-policy-pack` with the
 * pack's folder as program and working directory, the stack's configuration in the environment. The pack answers with
 * the port of its server on the first line of its output.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { leaveWithEngine } from "../leave-with-engine.ts";
import { PolicyPackError } from "./errors.ts";

const keptErrorLines = 40;

export interface PackProcess {
  port: number;
  /** The last lines that the pack wrote to its standard error. */
  errors(): string;
  /** True once the process is gone. */
  ended(): boolean;
  stop(): Promise<void>;
}

export interface PackProcessOptions {
  directory: string;
  environment: Record<string, string>;
  /** Told each further line that the pack prints. */
  output: (line: string) => void;
}

export async function startPackProcess(options: PackProcessOptions): Promise<PackProcess> {
  const directory = path.resolve(options.directory);
  const entry = await entryOf(directory);
  const child = spawn(process.execPath, [`--import=${leaveWithEngine}`, entry, "127.0.0.1:0", directory], {
    cwd: directory,
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  // The engine's own end must not wait for the channel.
  child.channel?.unref();
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const errors: string[] = [];
  if (child.stderr) {
    createInterface({ input: child.stderr }).on("line", (line) => {
      errors.push(line);
      if (errors.length > keptErrorLines) errors.shift();
    });
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await gone;
  };
  const port = await firstPort(child, gone, options.output);
  if (port === undefined) {
    await stop();
    throw new PolicyPackError(
      `The policy pack in ${directory} did not start${errors.length > 0 ? `:\n${errors.join("\n")}` : "."}`,
      1,
      "Its entry file (package.json `main`) has to create exactly one PolicyPack; a TypeScript pack needs a `main` in JavaScript that imports it.",
    );
  }
  return {
    port,
    errors: () => errors.join("\n"),
    ended: () => child.exitCode !== null || child.signalCode !== null,
    stop,
  };
}

async function entryOf(directory: string): Promise<string> {
  try {
    await access(path.join(directory, "PulumiPolicy.yaml"));
  } catch {
    throw new PolicyPackError(`${directory} is not a policy pack: it has no PulumiPolicy.yaml`, 2);
  }
  try {
    return createRequire(path.join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack/index.js");
  } catch {
    throw new PolicyPackError(`${directory}: @pulumi/pulumi is not installed for this policy pack`, 2, "Run npm ci.");
  }
}

function firstPort(
  child: ChildProcess,
  gone: Promise<void>,
  output: (line: string) => void,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    let port: number | undefined;
    if (child.stdout) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (port !== undefined) output(line);
        else if (/^\d+$/.test(line.trim())) {
          port = Number(line.trim());
          resolve(port);
        } else output(line);
      });
    }
    void gone.then(() => resolve(undefined));
  });
}
