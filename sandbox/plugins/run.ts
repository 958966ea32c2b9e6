/** Runs one of the sandbox's providers as a plugin process: it tells its port on the first line of its output. */
import { readFaults } from "../faults.ts";
import { serveProvider } from "../serve.ts";
import { openSandbox } from "../source.ts";

/** Where the world is kept; the engine that starts the plugin sets it. */
const directoryVariable = "THORBIS_SANDBOX_DIR";
/** A file with faults, for tests. */
const faultsVariable = "THORBIS_SANDBOX_FAULTS";

export async function runPlugin(name: string, version: string): Promise<void> {
  const directory = process.env[directoryVariable];
  if (directory === undefined || directory === "") {
    throw new Error(`${directoryVariable} is not set: it names the folder in which the sandbox keeps what exists`);
  }
  const faults = process.env[faultsVariable];
  const sandbox = await openSandbox({ directory, ...(faults === undefined ? {} : { faults: readFaults(faults) }) });
  const provider = await sandbox.source({ package: name, version, pluginDownloadURL: undefined });
  const { port } = await serveProvider(provider, { name, version });
  process.stdout.write(`${port}\n`);
}
