/**
 * The process of a provider plugin: an executable `pulumi-resource-NAME`, or a folder with PulumiPlugin.yaml that the
 * SDK's `cmd/run-plugin` runs. It is given the engine's address and answers with its port on the first line.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "yaml";
import { leaveWithEngine } from "../leave-with-engine.ts";
import { PluginError } from "./errors.ts";

const KEPT_LINES = 40;
const PATIENCE_MILLISECONDS = 2000;

export interface PluginProcess {
  port: number;
  /** The folder of the plugin, which it is told in the handshake. */
  directory: string;
  /** The last lines that it wrote to its standard error. */
  errors(): string;
  stop(): Promise<void>;
}

interface Invocation {
  directory: string;
  command: string;
  args: string[];
  /** A Node process ends with the engine through a channel. */
  isNode: boolean;
}

/** The executable on PATH; `undefined` when there is none. */
export function pluginOnPath(packageName: string): string | undefined {
  const file = `pulumi-resource-${packageName}`;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
}

function invocationOf(path: string, packageName: string): Invocation {
  if (!existsSync(path))
    throw new PluginError(`the plugin of package ${packageName} is not at ${path}`, 2, "Check the path of the plugin.");
  if (statSync(path).isFile()) return { directory: resolve(path, ".."), command: path, args: [], isNode: false };
  const executable = join(path, `pulumi-resource-${packageName}`);
  if (existsSync(executable)) return { directory: path, command: executable, args: [], isNode: false };
  const { runtime } = manifestOf(path, packageName);
  if (runtime !== "nodejs")
    throw new PluginError(
      `the plugin in ${path} has the runtime '${runtime}': the embedded engine runs nodejs and executables; use the Pulumi CLI`,
      2,
    );
  return {
    directory: path,
    command: process.execPath,
    args: [`--import=${leaveWithEngine}`, runnerOf(path), path],
    isNode: true,
  };
}

function manifestOf(path: string, packageName: string): { runtime: string } {
  const file = join(path, "PulumiPlugin.yaml");
  if (!existsSync(file))
    throw new PluginError(
      `${path} is no plugin of package ${packageName}`,
      2,
      "It needs a PulumiPlugin.yaml or an executable.",
    );
  const manifest: { runtime?: string | { name?: string } } = parse(readFileSync(file, "utf8"));
  const { runtime } = manifest;
  return { runtime: (typeof runtime === "string" ? runtime : runtime?.name) ?? "" };
}

function runnerOf(path: string): string {
  try {
    return createRequire(join(path, "package.json")).resolve("@pulumi/pulumi/cmd/run-plugin/index.js");
  } catch {
    throw new PluginError(`${path}: @pulumi/pulumi is not installed for this plugin`, 2, "Run npm ci.");
  }
}

export async function startPlugin(
  packageName: string,
  path: string,
  options: { engineAddress: string; environment: Record<string, string>; output: (line: string) => void },
): Promise<PluginProcess> {
  const { directory, command, args, isNode } = invocationOf(path, packageName);
  const child = spawn(command, [...args, options.engineAddress], {
    cwd: directory,
    env: { ...process.env, ...options.environment },
    stdio: isNode ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"],
  });
  child.channel?.unref();
  const gone = new Promise<void>((done) => {
    child.once("exit", () => done());
    child.once("error", () => done());
  });
  const errors = keepErrors(child);
  const stop = () => end(child, gone);
  const port = await firstPort(child, gone, options.output);
  if (port === undefined) {
    await stop();
    const said = errors.length > 0 ? `:\n${errors.join("\n")}` : "";
    throw new PluginError(`the plugin of package ${packageName} in ${directory} did not start${said}`, 1);
  }
  return { port, directory, errors: () => errors.join("\n"), stop };
}

function keepErrors(child: ChildProcess): string[] {
  const lines: string[] = [];
  if (child.stderr)
    createInterface({ input: child.stderr }).on("line", (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
    });
  return lines;
}

/** The port is the first line; what follows is for people. */
async function firstPort(
  child: ChildProcess,
  gone: Promise<void>,
  output: (line: string) => void,
): Promise<number | undefined> {
  const { stdout } = child;
  if (stdout === null) return undefined;
  const lines = createInterface({ input: stdout });
  const first = new Promise<string>((line) => lines.once("line", line));
  const answer = await Promise.race([first, gone.then(() => undefined)]);
  const port = Number(answer?.trim());
  lines.on("line", output);
  return answer !== undefined && Number.isInteger(port) && port > 0 ? port : undefined;
}

async function end(child: ChildProcess, gone: Promise<void>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
  const impatient = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MILLISECONDS);
  await gone;
  clearTimeout(impatient);
}
