import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultReader } from "../edge/fault.ts";
import { clearFaults, injectFault } from "./faults.ts";
import { privateDirectory } from "./files.ts";
import { launch } from "./launch.ts";
import { layoutOf } from "./layout.ts";
import { recordProcess, runningProcess } from "./records.ts";
import { declareGroup, type RedisGroup } from "./redis/declaration.ts";
import { redisConnection, redisServices, withRedis } from "./redis/service.ts";
import type { Service } from "./service.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";

const GROUP: RedisGroup = {
  ...{ id: "cache", endpoint: "cache.example.com", tls: false, parameters: {}, members: 1, primary: 1 },
};
const NAME = "redis-cache-1";

const installed = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].some((path) => existsSync(path));
const describeWithRedis = installed ? describe : describe.skip;

describeWithRedis(`a fault${installed ? "" : " (skipped: redis-server is not installed)"}`, () => {
  const root = mkdtempSync(join(tmpdir(), "thorbis-faults-"));
  const layout = layoutOf(root);
  let supervisor: Supervisor;
  const answers = async () => {
    const [service] = supervisor.services;
    if (!service) throw new Error("no service");
    const context = (await supervisor.context())(service);
    const options = { ...redisConnection(GROUP, context.port(NAME), context.authority), commandTimeout: 100 };
    return withRedis(options, (client) => client.ping()).then(
      () => true,
      () => false,
    );
  };
  /** What holds while the fault lasts; the fault ends with it. */
  const during = async <T>(kind: "stop" | "pause" | "slow", look: () => Promise<T>): Promise<T> => {
    const interrupted = new AbortController();
    const fault = injectFault(supervisor, { service: NAME, kind, milliseconds: 60_000, signal: interrupted.signal });
    try {
      return await look();
    } finally {
      interrupted.abort();
      await fault;
    }
  };
  const until = async (wanted: boolean) => {
    for (let looks = 0; looks < 200; looks++) if ((await answers()) === wanted) return wanted;
    return !wanted;
  };

  beforeAll(async () => {
    privateDirectory(layout.directory);
    declareGroup(layout, GROUP);
    supervisor = createSupervisor(layout, redisServices(GROUP));
    await supervisor.start();
  }, 30_000);
  afterAll(async () => {
    await supervisor.reset();
    rmSync(root, { recursive: true, force: true });
  }, 30_000);

  it("stops a service, and starts it again when it ends", async () => {
    expect(await during("stop", () => until(false))).toBe(false);
    expect(await answers()).toBe(true);
  });

  it("pauses a service, which takes connections and answers none until it ends", async () => {
    const before = runningProcess(layout, NAME)?.pid;
    expect(await during("pause", () => until(false))).toBe(false);
    expect(await answers()).toBe(true);
    expect(runningProcess(layout, NAME)?.pid).toBe(before);
  });

  it("slows a service, which answers all the same", async () => {
    expect(await during("slow", () => until(true))).toBe(true);
    expect(await answers()).toBe(true);
  });

  it("is healed by whoever comes next when its command was killed", async () => {
    const running = runningProcess(layout, NAME);
    if (!running) throw new Error("it does not run");
    process.kill(running.pid, "SIGSTOP");
    expect(await answers()).toBe(false);
    await clearFaults(supervisor);
    expect(await answers()).toBe(true);

    process.kill(running.pid, "SIGSTOP");
    await supervisor.start();
    expect(await answers()).toBe(true);
    expect(runningProcess(layout, NAME)?.pid).toBe(running.pid);
  });

  it("that makes answers wrong is refused where nothing could do that, and one of what does not run", async () => {
    const fault = (service: string, kind: "break" | "stop") =>
      injectFault(supervisor, { service, kind, milliseconds: 1 });
    await expect(fault(NAME, "break")).rejects.toMatchObject({
      ...{ exitCode: 2, message: `${NAME} cannot be made to answer wrongly` },
      remedy: expect.stringContaining("break the edge"),
    });
    await expect(fault("postgres", "stop")).rejects.toMatchObject({
      ...{ exitCode: 2, message: "postgres does not run", remedy: "./thorbis local start postgres" },
    });
  });
});

describe("a fault of the edge", () => {
  const root = mkdtempSync(join(tmpdir(), "thorbis-edge-fault-"));
  const layout = layoutOf(root);
  const edge: Service = {
    name: "edge",
    prepare: () => Promise.reject(new Error("not started here")),
    answers: async () => true,
    address: () => "",
  };
  const supervisor = createSupervisor(layout, [edge]);
  const fault = faultReader(join(layout.service("edge").directory, "fault.json"));

  beforeAll(async () => {
    const { directory, marker, log } = layout.service("edge");
    privateDirectory(directory);
    const standIn = { command: process.execPath, args: ["-e", "setInterval(() => 0, 1000)"], cwd: directory };
    recordProcess(layout, "edge", await launch({ ...standIn, environment: {}, marker, log }));
  });
  afterAll(async () => {
    await supervisor.reset();
    rmSync(root, { recursive: true, force: true });
  });

  it("answers 500 for as long as it lasts, and lets every request pass afterwards", async () => {
    const interrupted = new AbortController();
    const broken = injectFault(supervisor, {
      ...{ service: "edge", kind: "break", milliseconds: 60_000, signal: interrupted.signal },
    });
    expect(await fault()).toMatchObject({ status: 500 });
    interrupted.abort();
    await broken;
    // The file is looked at ten times a second at most.
    await new Promise((resolve) => setTimeout(resolve, 110));
    expect(fault()).toBeUndefined();
  });
});
