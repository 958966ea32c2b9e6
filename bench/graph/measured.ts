/**
 * One process of the engine's benchmark: `measured.ts mocks|pack|engine RESOURCES [COMMAND...]`, printing a JSON line for
 * each command. A `up` keeps its state in files, as the command line does.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Analyzer } from "../../engine/analyzer.ts";
import { deploy } from "../../engine/deployment/deploy.ts";
import type { DeploymentRequest } from "../../engine/deployment/request.ts";
import { startPolicyPack } from "../../engine/policy/pack.ts";
import { Keyring } from "../../engine/secrets/keyring.ts";
import { StackState } from "../../engine/state/stack-state.ts";
import { openSandbox } from "../../sandbox/source.ts";

export interface Measurement {
  milliseconds: number;
  /** Resident memory after the command, in MiB. */
  memoryMiB: number;
}

const MIB = 1024 ** 2;
const root = resolve(import.meta.dirname, "../..");
const identity = { organization: "bench", project: "graph", stack: "dev" };
const config = { "aws:region": { value: "eu-central-1", secret: false } };

function report(began: number): void {
  const measurement: Measurement = {
    milliseconds: performance.now() - began,
    memoryMiB: process.memoryUsage().rss / MIB,
  };
  console.log(JSON.stringify(measurement));
}

/** The same program under the SDK's own mocks. */
async function mocked(): Promise<void> {
  const began = performance.now();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: { ...inputs, arn: `arn:${name}`, bucket: name } }),
      call: ({ inputs }) => inputs,
    },
    identity.project,
    identity.stack,
    true,
    identity.organization,
  );
  await pulumi.runtime.runInPulumiStack(() => import("./index.ts"));
  // Exists, but is not in the SDK's typings.
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  report(began);
}

function policyPack(): Promise<Analyzer> {
  // As the command line starts it.
  const compileCache = join(root, ".thorbis", "cache", "node");
  return startPolicyPack({ ...identity, directory: join(root, "policy"), preview: true, config, compileCache });
}

/** The pack's start alone, until it can be asked. */
async function packStarted(): Promise<void> {
  const began = performance.now();
  const pack = await policyPack();
  report(began);
  await pack.close();
}

async function deployed(command: "preview" | "up", withPolicies: boolean, directory: string): Promise<void> {
  const began = performance.now();
  const analyzers = withPolicies ? [policyPack()] : [];
  const sandbox = await openSandbox({ directory: join(directory, "sandbox") });
  const keyring = new Keyring({ directory: join(directory, "secrets"), environment: {} });
  const state = new StackState({ root: directory, ...identity }, keyring);
  const run = command === "up" ? await state.beginRun() : undefined;
  const request: DeploymentRequest = {
    ...identity,
    command,
    config,
    snapshot: run?.snapshot ?? { resources: [], pendingOperations: [] },
    ...(run && { journal: run.journal }),
    providers: sandbox.source,
    program: { projectDirectory: import.meta.dirname, main: "index.ts", transport: "in-process" },
    analyzers,
    targets: [],
    parallel: 64,
    events: () => {},
  };
  const { succeeded, refusedByPolicy } = await deploy(request);
  if (!succeeded && !refusedByPolicy) throw new Error(`the ${command} failed`);
  report(began);
  await Promise.all(analyzers.map(async (analyzer) => (await analyzer).close()));
  await sandbox.close();
}

async function main(): Promise<void> {
  const [mode, resources = "331", ...commands] = process.argv.slice(2);
  process.env.GRAPH_RESOURCES = resources;
  if (mode === "mocks") return mocked();
  if (mode === "pack") return packStarted();
  const directory = mkdtempSync(join(tmpdir(), "thorbis-graph-"));
  try {
    for (const command of commands)
      await deployed(command === "up" ? "up" : "preview", command === "policies", directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
