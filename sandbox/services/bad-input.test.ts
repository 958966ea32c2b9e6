/** What can be wrong with a machine before a service starts: each is said clearly, with a remedy that deletes nothing. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithPostgres } from "../../testing/postgres.ts";
import { unprivilegedAccount } from "./account.ts";
import { requireExecutable } from "./executable.ts";
import { requireSpace, writePrivate } from "./files.ts";
import { launch } from "./launch.ts";
import { findFreePort, LOOPBACK } from "./ports.ts";
import { type ClusterOptions, clusterCommand, prepareCluster } from "./postgres/cluster.ts";
import { clusterAnswers } from "./postgres/connection.ts";
import { findInstallations, requireInstallation } from "./postgres/installation.ts";
import { endProcess } from "./processes.ts";
import { waitUntilReady } from "./ready.ts";

const scratch = (): string => mkdtempSync(join(tmpdir(), "thorbis-bad-"));

describe("a program that is missing", () => {
  it("is named with the command that installs it", () => {
    const install = { debian: "sudo apt-get install redis-server", macos: "brew install redis" };
    expect(() => requireExecutable("no-such-server", install, "/nowhere")).toThrow(
      expect.objectContaining({
        ...{ exitCode: 1, message: "no-such-server is not installed" },
        remedy: expect.stringMatching(/(?:apt-get|brew) install .*, then start again/),
      }),
    );
  });

  it("is said of Postgres, and of the version that was asked for", () => {
    expect(() => requireInstallation([])).toThrow(
      expect.objectContaining({
        message: "no Postgres server is installed",
        remedy: expect.stringContaining("install"),
      }),
    );
    expect(() => requireInstallation([{ major: 15, bin: "/bin" }], 17)).toThrow(
      expect.objectContaining({
        message: "Postgres 17 is not installed; installed: 15",
        remedy: expect.stringContaining("postgresql-17"),
      }),
    );
    expect(findInstallations(["/nowhere"]).some(({ bin }) => bin.startsWith("/nowhere"))).toBe(false);
  });
});

describe("a system user that is missing", () => {
  it("is named: Postgres never runs as root", () => {
    const passwd = join(scratch(), "passwd");
    writeFileSync(passwd, "root:x:0:0::/root:/bin/sh\npostgres:x:104:110::/var/lib:/bin/sh\n");
    expect(unprivilegedAccount("postgres", { uid: 0, passwd })).toEqual({ name: "postgres", uid: 104, gid: 110 });
    expect(unprivilegedAccount("postgres", { uid: 1000, passwd })).toBeUndefined();
    expect(() => unprivilegedAccount("nobody-here", { uid: 0, passwd })).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining("useradd --system nobody-here") }),
    );
    rmSync(join(passwd, ".."), { recursive: true });
  });
});

describe("a full disk", () => {
  const remedy = expect.stringContaining("nothing was deleted");

  it("is refused before anything is written", () => {
    const small = () => ({ bavail: 10, bsize: 4096 });
    expect(() => requireSpace("/data", small)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("the disk of /data is full: 0 MB are free"), remedy }),
    );
  });

  it("is told from what a service wrote before it ended", async () => {
    const directory = scratch();
    const log = join(directory, "log");
    const words = "console.error('FATAL: could not write: No space left on device')";
    const started = { command: process.execPath, args: ["-e", words], cwd: directory, environment: {} };
    const record = await launch({ ...started, marker: `test:${directory}`, log });
    await expect(waitUntilReady("postgres", record, log, async () => false)).rejects.toMatchObject({
      message: expect.stringContaining("postgres ran out of space"),
      remedy,
    });
    rmSync(directory, { recursive: true });
  });

  const mountable = canMount();
  (mountable ? it : it.skip)(
    `leaves the old file as it was, and no half of a new one${mountable ? "" : " (skipped: no file system can be mounted here)"}`,
    () => {
      const small = scratch();
      mountSmall(small);
      try {
        const file = join(small, "ports.json");
        writePrivate(file, "old");
        expect(() => writePrivate(file, "x".repeat(4_000_000))).toThrow(
          expect.objectContaining({ message: expect.stringContaining("no space is left"), remedy }),
        );
        expect(readFileSync(file, "utf8")).toBe("old");
        expect(readdirSync(small)).toEqual(["ports.json"]);
        expect(() => requireSpace(small)).toThrow("is full");
      } finally {
        execFileSync("umount", [small]);
        rmSync(small, { recursive: true });
      }
    },
  );
});

/** A real file system of one megabyte. */
function mountSmall(directory: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", directory], { stdio: "ignore" });
}

/** Only root may, and not in every container. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const directory = scratch();
  try {
    mountSmall(directory);
    execFileSync("umount", [directory]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describeWithPostgres("a data directory", () => {
  const root = scratch();
  const account = unprivilegedAccount("postgres");
  const options = async (name: string): Promise<ClusterOptions> => ({
    directory: join(root, name),
    ...{ port: await findFreePort(), user: "rdsadmin", password: "generated", account },
    installations: findInstallations(),
  });
  const make = (name: string, files: Record<string, string>): string => {
    const data = join(root, name, "data");
    mkdirSync(join(data, "global"), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(data, file), text);
    return data;
  };

  beforeAll(() => {
    if (account) chownSync(root, account.uid, account.gid);
    chmodSync(root, 0o711);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("that is half made is refused and left alone", async () => {
    const files = { PG_VERSION: `${findInstallations()[0]?.major}\n`, precious: "data" };
    const data = make("half", files);
    await expect(prepareCluster(await options("half"))).rejects.toMatchObject({
      message: `the Postgres data directory ${data} is incomplete (no global/pg_control)`,
      remedy: expect.stringMatching(/^move it away .* reset postgres --yes/),
    });
    expect(readFileSync(join(data, "precious"), "utf8")).toBe("data");
  });

  it("of another major version is refused and left alone, whether that is asked for or not installed", async () => {
    const data = make("old", { PG_VERSION: "9\n", "global/pg_control": "control", precious: "data" });
    await expect(prepareCluster({ ...(await options("old")), major: 15 })).rejects.toMatchObject({
      message: `the data directory ${data} belongs to Postgres 9, and Postgres 15 is asked for`,
      remedy: expect.stringContaining("carry the data over"),
    });
    await expect(prepareCluster(await options("old"))).rejects.toMatchObject({
      message: expect.stringMatching(/^Postgres 9 is not installed; installed: \d+/),
      remedy: expect.stringContaining("postgresql-9"),
    });
    expect(readFileSync(join(data, "precious"), "utf8")).toBe("data");
  });

  it("that an interrupted initdb left is made anew: it was never used", async () => {
    const wanted = await options("interrupted");
    mkdirSync(join(wanted.directory, "data.unfinished"), { recursive: true });
    writeFileSync(join(wanted.directory, "data.unfinished", "PG_VERSION"), "15\n");
    if (account) for (const path of [wanted.directory]) chownSync(path, account.uid, account.gid);
    await prepareCluster(wanted);
    expect(existsSync(join(wanted.directory, "data.unfinished"))).toBe(false);
    expect(existsSync(join(wanted.directory, "data", "global", "pg_control"))).toBe(true);
    expect(existsSync(join(wanted.directory, "password"))).toBe(false);
  }, 30_000);

  it("on which a Postgres runs that we did not record is refused, and the server is not touched", async () => {
    const wanted = await options("interrupted");
    const installation = await prepareCluster(wanted);
    const log = join(root, "log");
    const record = await launch({ ...clusterCommand(wanted, installation), marker: `test:${root}`, log });
    const connection = { host: LOOPBACK, port: wanted.port, user: wanted.user, password: wanted.password };
    try {
      await waitUntilReady("postgres", record, log, () => clusterAnswers(connection));
      await expect(prepareCluster(wanted)).rejects.toMatchObject({
        message: expect.stringContaining(`(process ${record.pid})`),
        remedy: `stop it: \`kill -INT ${record.pid}\``,
      });
      expect(await clusterAnswers(connection)).toBe(true);
    } finally {
      await endProcess(record, "SIGINT");
    }
  }, 30_000);
});
