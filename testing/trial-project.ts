/** A small project in a temporary folder, and the command line run on it as a person runs it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const root = path.resolve(__dirname, "..");

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

export class TrialProject {
  readonly directory: string;
  #runner: ChildProcess | undefined;
  #before: Promise<unknown> = Promise.resolve();

  constructor(program: string) {
    this.directory = mkdtempSync(path.join(os.tmpdir(), "trial-"));
    symlinkSync(path.join(root, "node_modules"), path.join(this.directory, "node_modules"));
    this.write("package.json", JSON.stringify({ name: "trial", private: true, type: "module" }));
    this.write("Pulumi.yaml", "name: trial\nruntime: nodejs\nmain: index.ts\n");
    this.write("Pulumi.development.yaml", "config: {}\n");
    this.write("Pulumi.staging.yaml", "config: {}\n");
    this.write("index.ts", program);
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.directory, name), text);
  }

  remove(): void {
    this.#runner?.kill("SIGKILL");
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** `./thorbis WORDS` in the project's folder. `environment` is laid over one without a passphrase. */
  run(words: string[], environment: Record<string, string> = {}): Promise<Ran> {
    const order = this.#before.then(() => this.#order({ words, directory: this.directory, environment }));
    this.#before = order.catch(() => undefined);
    return order;
  }

  #order(order: { words: string[]; directory: string; environment: Record<string, string> }): Promise<Ran> {
    const runner = this.#start();
    return new Promise<Ran>((resolve, reject) => {
      runner.removeAllListeners();
      runner.once("message", (ran) => resolve(ran as Ran));
      runner.once("exit", () => reject(new Error(`the process of '${order.words.join(" ")}' ended`)));
      runner.send(order);
    });
  }

  /** One process runs all of a test's command lines, one after the other. */
  #start(): ChildProcess {
    this.#runner ??= spawn(process.execPath, [path.join(__dirname, "trial-runner.ts")], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: quietEnvironment(),
    });
    return this.#runner;
  }
}

function quietEnvironment(): NodeJS.ProcessEnv {
  const { PULUMI_CONFIG_PASSPHRASE: _, PULUMI_CONFIG_PASSPHRASE_FILE: __, ...inherited } = process.env;
  return { ...inherited, NO_COLOR: "1", NODE_COMPILE_CACHE: path.join(os.tmpdir(), "thorbis-compile-cache") };
}
