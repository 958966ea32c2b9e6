import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { abandonedFolders } from "../abandoned.ts";
import { messageOf, OperationFailure } from "../failure.ts";
import type { PostgresBinaries } from "./binaries.ts";

const run = promisify(execFile);
const PREFIX = "thorbis-throwaway-";

/** A private Postgres server for one task; nothing of it is left after `stop`. */
export interface ThrowAwayCluster {
  /** Superuser's address of the database `postgres`. */
  url: string;
  port: number;
  /** Where everything of it lives; removed by `stop`. */
  directory: string;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  binaries: PostgresBinaries;
  /** Lines of postgresql.conf that replace the ones below. */
  settings?: Record<string, string>;
}

/**
 * Starts a server on a free loopback port: scram passwords, no Unix socket outside its own directory, durability off
 * because its data is discarded. As root it runs as the system's `postgres` user: the server refuses root.
 */
export async function startThrowAwayCluster(options: ClusterOptions): Promise<ThrowAwayCluster> {
  await removeAbandoned();
  const identity = await unprivilegedIdentity();
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const data = join(directory, "data");
  const password = randomBytes(18).toString("base64url");
  const passwordFile = join(directory, "password");
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (identity !== undefined) {
      await chown(directory, identity.uid, identity.gid);
      await chown(passwordFile, identity.uid, identity.gid);
    }
    const program = (name: string): string => join(options.binaries.directory, name);
    await run(
      program("initdb"),
      [
        "-D",
        data,
        "-U",
        "postgres",
        "--auth=scram-sha-256",
        `--pwfile=${passwordFile}`,
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
      ],
      { ...identity, cwd: directory },
    );
    await rm(passwordFile);
    const port = await freePort();
    const server = spawn(program("postgres"), ["-D", data, ...configuration(port, directory, options.settings)], {
      ...identity,
      cwd: directory,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
    const stop = async (): Promise<void> => {
      if (server.exitCode === null && server.signalCode === null) {
        // At once: an orderly end would first write everything that is then removed.
        server.kill("SIGQUIT");
        await exited;
      }
      await rm(directory, { recursive: true, force: true });
    };
    await ready(server, stop);
    return { url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`, port, directory, stop };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    if (error instanceof OperationFailure) throw error;
    throw new OperationFailure(`a throw-away Postgres could not be started: ${messageOf(error)}`, { cause: error });
  }
}

function configuration(port: number, directory: string, settings: Record<string, string> = {}): string[] {
  const all: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: directory,
    fsync: "off",
    full_page_writes: "off",
    synchronous_commit: "off",
    max_connections: "50",
    shared_buffers: "128MB",
    logging_collector: "off",
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Resolves when the server says so; its last lines explain a server that ends instead. */
function ready(server: ReturnType<typeof spawn>, stop: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    const fail = (reason: string): void => {
      stop().then(
        () => reject(new OperationFailure(`a throw-away Postgres ended at its start: ${reason}`)),
        (error: unknown) => reject(error),
      );
    };
    server.once("error", (error) => fail(error.message));
    const ended = (): void => fail(log.trim().split("\n").slice(-3).join(" / "));
    server.once("exit", ended);
    server.stderr?.on("data", (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4_000);
      if (log.includes("ready to accept connections")) {
        server.off("exit", ended);
        resolve();
      }
    });
  });
}

async function unprivilegedIdentity(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", "postgres"]), run("id", ["-g", "postgres"])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    throw new OperationFailure("Postgres refuses to run as root and the system has no user `postgres`", {
      exitCode: 2,
      remedy: "Run the command as an ordinary user, or install the postgresql package, which creates that user.",
    });
  }
}

/** A run that was killed left its server behind. */
async function removeAbandoned(): Promise<void> {
  for (const directory of await abandonedFolders(tmpdir(), PREFIX)) {
    const pid = Number(
      (await readFile(join(directory, "data", "postmaster.pid"), "utf8").catch(() => "")).split("\n")[0],
    );
    // The number may have been given to another process since: only one that names this directory is ours.
    const command = pid > 0 ? await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "") : "";
    if (command.includes(directory)) process.kill(pid, "SIGKILL");
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** A port that was free a moment ago; a rare collision shows as a server that ends at its start. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
