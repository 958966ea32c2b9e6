/**
 * Starts a pack as the Pulumi CLI starts it: `@pulumi/pulumi/cmd/run-policy-pack` with the pack's folder as program and
 * working directory. The pack answers with the port of its server on the first line of its output.
 */
import { createRequire } from "node:module";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { leaveWithEngine } from "../../leave-with-engine.ts";
import { PolicyPackError } from "../errors.ts";
import type { PolicyPackOptions } from "../options.ts";
import { type PackProcess, startPackProcess } from "../process.ts";
import { GrpcConnection } from "./connection.ts";

export async function connectOverGrpc(options: PolicyPackOptions): Promise<GrpcConnection> {
  const { directory, output = () => {} } = options;
  const words = [`--import=${leaveWithEngine}`, entryOf(directory), "127.0.0.1:0", directory];
  const pack = startPackProcess(options, words);
  const port = await firstPort(pack, output);
  if (port !== undefined) return new GrpcConnection(port, pack, options);
  await pack.stop();
  const said = pack.errors();
  throw new PolicyPackError(
    `The policy pack in ${directory} did not start${said ? `:\n${said}` : "."}`,
    1,
    "Its entry file (package.json `main`) has to create exactly one PolicyPack; a TypeScript pack needs a `main` in JavaScript that imports it.",
  );
}

function entryOf(directory: string): string {
  try {
    return createRequire(path.join(directory, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack/index.js");
  } catch {
    throw new PolicyPackError(`${directory}: @pulumi/pulumi is not installed for this policy pack`, 2, "Run npm ci.");
  }
}

function firstPort({ child, gone }: PackProcess, output: (line: string) => void): Promise<number | undefined> {
  return new Promise((resolve) => {
    let port: number | undefined;
    if (child.stdout) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (port === undefined && /^\d+$/.test(line.trim())) {
          port = Number(line.trim());
          resolve(port);
        } else output(line);
      });
    }
    void gone.then(() => resolve(undefined));
  });
}
