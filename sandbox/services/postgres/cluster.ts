/** A private cluster on loopback: its data directory, its configuration, and the ways in which it can be damaged. */
import { execFile } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Account } from "../account.ts";
import type { Certificate } from "../certificates.ts";
import { ServiceFailure } from "../failure.ts";
import { diskFull, privateDirectory, readIfPresent, requireSpace, writePrivate } from "../files.ts";
import type { Launch } from "../launch.ts";
import { LOOPBACK } from "../ports.ts";
import { findProcess } from "../processes.ts";
import { type Installation, requireInstallation } from "./installation.ts";

export interface ClusterOptions {
  /** Holds `data`, the certificate and the log. */
  directory: string;
  port: number;
  /** The superuser's name and password. */
  user: string;
  password: string;
  /** Present: TLS connections are accepted. */
  tls?: Certificate | undefined;
  /** Whether others are accepted beside them. @default false with TLS */
  plainToo?: boolean | undefined;
  account?: Account | undefined;
  installations: Installation[];
  /** @default the version of the existing data directory, else the newest installed */
  major?: number | undefined;
  /** Lines of postgresql.conf. */
  settings?: Record<string, string | number> | undefined;
}

const run = promisify(execFile);

/** Prepares the cluster for a start, creating it at first use. Resolves to the installation that must run it. */
export async function prepareCluster(options: ClusterOptions): Promise<Installation> {
  privateDirectory(options.directory, options.account);
  const data = join(options.directory, "data");
  const existing = existingMajor(data);
  if (existing !== undefined && options.major !== undefined && existing !== options.major) {
    throw wrongMajor(data, existing, options.major);
  }
  const installation = requireInstallation(options.installations, existing ?? options.major);
  requireSpace(options.directory);
  if (existing === undefined) await initialise(options, installation, data);
  else dropStalePid(data);
  configure(options, installation, data);
  return installation;
}

/** The command that runs a prepared cluster. */
export function clusterCommand(options: ClusterOptions, { bin }: Installation): Omit<Launch, "marker" | "log"> {
  return {
    command: join(bin, "postgres"),
    args: ["-D", join(options.directory, "data")],
    cwd: options.directory,
    // A locale that the machine lacks would stop the server; ours is written in its configuration.
    environment: { LC_ALL: "C" },
    account: options.account,
  };
}

/**
 * The major version of an existing data directory; `undefined` when there is none. A directory in which initdb did not
 * finish is refused: it is moved into place only when complete, so somebody else must have touched it.
 */
function existingMajor(data: string): number | undefined {
  if (!existsSync(data)) return undefined;
  const version = readIfPresent(join(data, "PG_VERSION"))?.trim();
  if (version === undefined || !existsSync(join(data, "global", "pg_control"))) {
    throw new ServiceFailure(
      `the Postgres data directory ${data} is incomplete (no ${version === undefined ? "PG_VERSION" : "global/pg_control"})`,
      {
        remedy: "move it away if it may hold anything of value, or delete it: `./thorbis local reset postgres --yes`",
      },
    );
  }
  return Number(version);
}

function wrongMajor(data: string, existing: number, wanted: number): ServiceFailure {
  return new ServiceFailure(
    `the data directory ${data} belongs to Postgres ${existing}, and Postgres ${wanted} is asked for`,
    {
      remedy:
        `ask for ${existing}, or carry the data over: \`./thorbis backup\` under ${existing}, ` +
        `\`./thorbis local reset postgres --yes\`, start, \`./thorbis restore\``,
    },
  );
}

async function initialise(options: ClusterOptions, { bin }: Installation, data: string): Promise<void> {
  const unfinished = `${data}.unfinished`;
  // Left by an interrupted initdb; it has never been used, because it is renamed before the first start.
  rmSync(unfinished, { recursive: true, force: true });
  const passwordFile = join(options.directory, "password");
  writePrivate(passwordFile, options.password, options.account);
  try {
    await run(
      join(bin, "initdb"),
      [
        `--pgdata=${unfinished}`,
        `--username=${options.user}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--data-checksums",
        "--no-instructions",
        // The directory is worthless until it is renamed, so nothing is gained by waiting for the disk.
        "--no-sync",
      ],
      {
        cwd: options.directory,
        env: { PATH: process.env.PATH, LC_ALL: "C" },
        ...(options.account && { uid: options.account.uid, gid: options.account.gid }),
      },
    );
  } catch (cause) {
    rmSync(unfinished, { recursive: true, force: true });
    throw initdbFailure(options, cause);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, data);
}

function initdbFailure(options: ClusterOptions, cause: unknown): ServiceFailure {
  const stderr =
    typeof cause === "object" && cause !== null && "stderr" in cause ? String(cause.stderr) : String(cause);
  if (stderr.includes("No space left on device")) return diskFull(options.directory, "initdb ran out of space", cause);
  if (options.account && /Permission denied|could not (access|change)/.test(stderr)) {
    return new ServiceFailure(`the system user ${options.account.name} may not enter ${options.directory}`, {
      remedy: `Postgres never runs as root: let others pass (\`chmod o+x\`) on every directory above ${dirname(options.directory)}, or work as an ordinary user`,
      cause,
    });
  }
  return new ServiceFailure(`initdb failed: ${stderr.trim().split("\n").at(-1)}`, { cause });
}

/**
 * After a crash the pid file names a process that is gone, or worse, one that got the same pid since: then Postgres
 * itself refuses to start. The file is removed only when its pid is not a Postgres of this very directory.
 */
function dropStalePid(data: string): void {
  const path = join(data, "postmaster.pid");
  const pid = Number(readIfPresent(path)?.split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const running = findProcess(pid);
  if (running?.command.includes(`-D ${data}`)) {
    throw new ServiceFailure(`a Postgres that we did not record runs on ${data} (process ${pid})`, {
      remedy: `stop it: \`kill -INT ${pid}\``,
    });
  }
  rmSync(path);
}

/** Written at every start: the port, the certificate and the settings may have changed. */
function configure(options: ClusterOptions, installation: Installation, data: string): void {
  const settings: Record<string, string | number> = {
    listen_addresses: LOOPBACK,
    port: options.port,
    unix_socket_directories: "",
    password_encryption: "scram-sha-256",
    lc_messages: "C",
    timezone: "UTC",
    log_timezone: "UTC",
    log_line_prefix: "%m [%p] %u@%d ",
    logging_collector: "off",
    ssl: options.tls ? "on" : "off",
    ...preloaded(installation),
    ...options.settings,
  };
  if (options.tls) {
    settings.ssl_cert_file = join(options.directory, "server.pem");
    settings.ssl_key_file = join(options.directory, "server.key");
    settings.ssl_min_protocol_version = "TLSv1.2";
    writePrivate(settings.ssl_key_file, options.tls.key, options.account);
    writePrivate(settings.ssl_cert_file, options.tls.certificate, options.account);
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`);
  writePrivate(join(data, "postgresql.auto.conf"), "", options.account);
  writePrivate(join(data, "postgresql.conf"), `${lines.join("\n")}\n`, options.account);
  const kind = options.tls && !options.plainToo ? "hostssl" : "host";
  const hosts = [
    `${kind} all all ${LOOPBACK}/32 scram-sha-256`,
    `${kind} replication all ${LOOPBACK}/32 scram-sha-256`,
  ];
  writePrivate(join(data, "pg_hba.conf"), `${hosts.join("\n")}\n`, options.account);
}

/** Managed servers preload it: without that, the extension of the same name collects nothing. */
function preloaded({ bin }: Installation): Record<string, string> {
  const library = "pg_stat_statements";
  const present = [join(bin, "..", "lib"), join(bin, "..", "lib", "postgresql")].some((directory) =>
    [".so", ".dylib"].some((suffix) => existsSync(join(directory, library + suffix))),
  );
  return present ? { shared_preload_libraries: library } : {};
}
