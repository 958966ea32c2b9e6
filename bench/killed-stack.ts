/**
 * A generated project and what must be true of it after any interruption: used by `npm run kills` and by a small test.
 * The program declares components with buckets, objects, topics, parameters and roles; `variant` changes tags (updates)
 * and names (replacements).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { Keyring } from "../engine/secrets/keyring.ts";
import { StackState } from "../engine/state/stack-state.ts";
import { openSandbox } from "../sandbox/source.ts";
import { root } from "./command.ts";

const program = `
import * as pulumi from "@pulumi/pulumi";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { Provider } from "@pulumi/aws/provider.js";

const config = new pulumi.Config();
const groups = config.requireNumber("groups");
const variant = config.requireNumber("variant");
const provider = new Provider("aws", { region: "us-east-1" });

class Group extends pulumi.ComponentResource {
  constructor(index: number) {
    super("kills:index:Group", \`group-\${index}\`);
    const name = \`kills-\${index}\`;
    const tags = { variant: String(index % 3 === 0 ? variant : 0) };
    const options = { parent: this, provider };
    const bucket = new Bucket(\`\${name}-bucket\`, { bucket: index % 5 === 0 ? \`\${name}-\${variant}\` : name, tags }, options);
    new BucketVersioning(\`\${name}-versioning\`, { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } }, options);
    const topic = new Topic(\`\${name}-topic\`, { name, tags }, options);
    const queue = new Queue(\`\${name}-queue\`, { name, tags }, { ...options, dependsOn: [bucket] });
    new TopicSubscription(\`\${name}-subscription\`, { topic: topic.arn, protocol: "sqs", endpoint: queue.arn }, options);
    this.registerOutputs({});
  }
}
for (let index = 0; index < groups; index++) new Group(index);
export const token = pulumi.secret("sentinel-of-the-kill-test");
`;

/** Groups of six resources, the stack and the provider. */
const resourcesOf = (groups: number): number => groups * 6 + 2;
const customOf = (groups: number): number => groups * 5;

export interface Finished {
  code: number | null;
  killed: boolean;
  milliseconds: number;
  /** From the first step that was told to the end. */
  working: number;
  output: string;
}

export interface Moment {
  milliseconds: number;
  /** Counted from the start of the process, or from the first step that it tells. */
  from: "start" | "work";
}

const toldStep = /\b(created|updated|deleted|replacement|original)\b/;

export class KilledStack {
  readonly directory: string;
  readonly #groups: number;
  private constructor(directory: string, groups: number) {
    this.directory = directory;
    this.#groups = groups;
  }

  static async create(groups: number): Promise<KilledStack> {
    const directory = await mkdtemp(path.join(os.tmpdir(), "thorbis-kills-"));
    await symlink(path.join(root, "node_modules"), path.join(directory, "node_modules"));
    await writeFile(
      path.join(directory, "package.json"),
      JSON.stringify({ name: "kills", private: true, type: "module" }),
    );
    await writeFile(path.join(directory, "Pulumi.yaml"), "name: kills\nruntime: nodejs\nmain: index.ts\n");
    await writeFile(path.join(directory, "index.ts"), program);
    await mkdir(path.join(directory, ".thorbis"), { recursive: true });
    const stack = new KilledStack(directory, groups);
    await stack.variant(0);
    return stack;
  }

  async variant(variant: number): Promise<void> {
    const text = `config:\n  kills:groups: "${this.#groups}"\n  kills:variant: "${variant}"\n`;
    await writeFile(path.join(this.directory, "Pulumi.development.yaml"), text);
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }

  /** Runs the command; with a moment, kills it then unless it is over before. */
  async run(command: "up" | "destroy", moment?: Moment): Promise<Finished> {
    const words = [command, "development", "--cwd", this.directory, ...(command === "destroy" ? ["--yes"] : [])];
    const began = performance.now();
    const child: ChildProcess = spawn(process.execPath, [path.join(root, "cli/main.ts"), ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_COMPILE_CACHE: path.join(this.directory, ".thorbis", "cache") },
    });
    let output = "";
    let worked: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    const arm = (from: Moment["from"]): void => {
      if (moment?.from === from) timer = setTimeout(() => child.kill("SIGKILL"), moment.milliseconds);
    };
    const take = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
      if (worked !== undefined || !toldStep.test(output)) return;
      worked = performance.now();
      arm("work");
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    arm("start");
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once("close", (status, by) => resolve([status, by]));
    });
    clearTimeout(timer);
    const ended = performance.now();
    const working = worked === undefined ? 0 : ended - worked;
    return { code, killed: signal === "SIGKILL", milliseconds: ended - began, working, output };
  }

  /** What is wrong after a run that was to leave everything, or nothing; empty when all is as it should be. */
  async faults(command: "up" | "destroy"): Promise<string[]> {
    const keyring = new Keyring({ directory: path.join(this.directory, ".thorbis", "secrets"), environment: {} });
    const reference = { root: path.join(this.directory, ".thorbis", "state"), project: "kills", stack: "development" };
    const { resources, pendingOperations } = await new StackState(reference, keyring).snapshot();
    const sandbox = await openSandbox({ directory: path.join(this.directory, ".thorbis", "sandbox") });
    const world = sandbox.world.list();
    await sandbox.close();
    const faults: string[] = [];
    const expect = (what: string, found: number, wanted: number): void => {
      if (found !== wanted) faults.push(`${what}: ${found}, wanted ${wanted}`);
    };
    const up = command === "up";
    expect("resources in the state", resources.length, up ? resourcesOf(this.#groups) : 0);
    expect("pending operations", pendingOperations.length, 0);
    expect("resources that wait for their deletion", resources.filter((state) => state.delete).length, 0);
    expect("resources in the sandbox", world.length, up ? customOf(this.#groups) : 0);
    const known = new Set(resources.map((state) => `${state.type} ${state.id}`));
    for (const { type, id, urn } of world)
      if (!known.has(`${type} ${id}`)) faults.push(`orphan: ${type} ${id} of ${urn}`);
    const existing = new Set(world.map(({ type, id }) => `${type} ${id}`));
    for (const { custom, type, id, urn } of resources) {
      if (custom && !type.startsWith("pulumi:") && !existing.has(`${type} ${id}`)) faults.push(`gone: ${urn} (${id})`);
    }
    return faults;
  }
}
