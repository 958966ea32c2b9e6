/** A small project in a temporary folder, and the command line run on it as a person runs it. */
import { spawn } from "node:child_process";
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
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** `./thorbis WORDS` in the project's folder. `environment` is laid over one without a passphrase. */
  run(words: string[], environment: Record<string, string> = {}): Promise<Ran> {
    const { PULUMI_CONFIG_PASSPHRASE: _, PULUMI_CONFIG_PASSPHRASE_FILE: __, ...inherited } = process.env;
    const child = spawn(process.execPath, [path.join(root, "cli/main.ts"), ...words], {
      cwd: this.directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...inherited,
        NO_COLOR: "1",
        NODE_COMPILE_CACHE: path.join(os.tmpdir(), "thorbis-compile-cache"),
        ...environment,
      },
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString("utf8");
    });
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
  }
}
