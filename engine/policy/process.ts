/** The process of a policy pack: its own working directory, environment and end, whichever way it is asked. */
import { type ChildProcess, type SerializationType, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants, setPriority } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { PolicyPackError } from "./errors.ts";
import type { PolicyPackOptions } from "./options.ts";

const keptErrorLines = 40;
/** A pack that is told to leave keeps its compiled code first. */
const leaveMilliseconds = 2000;

export interface PackProcess {
  readonly directory: string;
  readonly child: ChildProcess;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  /** The last lines that the pack wrote to its standard error. */
  errors(): string;
  ended(): boolean;
  stop(): Promise<void>;
}

/** The folder of a pack, absolute. Looked at synchronously: nothing may come between a command's start and the pack's. */
export function packFolder(given: string): string {
  const directory = path.resolve(given);
  if (!existsSync(path.join(directory, "PulumiPolicy.yaml"))) {
    throw new PolicyPackError(`${directory} is not a policy pack: it has no PulumiPolicy.yaml`, 2);
  }
  return directory;
}

/** Starts Node with the given words in the pack's folder; a channel lets the pack leave with the engine. */
export function startPackProcess(
  options: PolicyPackOptions,
  words: string[],
  serialization: SerializationType = "json",
): PackProcess {
  const { directory } = options;
  const child = spawn(process.execPath, words, {
    cwd: directory,
    env: { ...process.env, ...environmentOf(options) },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization,
  });
  giveWay(child);
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
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  return {
    directory,
    child,
    gone,
    errors: () => errors.join("\n"),
    ended,
    async stop() {
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill("SIGKILL"), leaveMilliseconds);
      if (!ended() && child.pid !== undefined) await gone;
      clearTimeout(late);
    },
  };
}

/**
 * The program is what a run waits for; the pack judges beside it and has time to spare. On a machine with few processors
 * it would otherwise take the one that collects the program's garbage.
 */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It is gone already, or the system forbids it: the pack works all the same.
  }
}

function environmentOf(options: PolicyPackOptions): Record<string, string> {
  const config = Object.fromEntries(Object.entries(options.config).map(([key, entry]) => [key, entry.value]));
  return {
    PULUMI_NODEJS_ORGANIZATION: options.organization,
    PULUMI_NODEJS_PROJECT: options.project,
    PULUMI_NODEJS_STACK: options.stack,
    PULUMI_NODEJS_DRY_RUN: String(options.preview),
    PULUMI_CONFIG: JSON.stringify(config),
    ...(options.compileCache && { NODE_COMPILE_CACHE: options.compileCache }),
  };
}

/** What a failed question means: the pack's own words, when the process is gone. */
export async function explained(text: string, pack: PackProcess): Promise<PolicyPackError> {
  // A connection that breaks may be told a moment before the end of the process that broke it.
  await delay(20);
  if (pack.ended()) {
    const said = pack.errors();
    return new PolicyPackError(
      `The policy pack in ${pack.directory} stopped${said ? `:\n${said}` : " unexpectedly."}`,
      1,
    );
  }
  return new PolicyPackError(withoutLibraryFrames(text), 1);
}

/** The SDK sends a broken rule's stack: the frames in the pack's own files help its author, the rest is noise. */
function withoutLibraryFrames(text: string): string {
  const lines = text.split("\n");
  return lines.filter((line) => !/^\s+at /.test(line) || !/node_modules|node:|<anonymous>/.test(line)).join("\n");
}
