import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithPostgres } from "../../testing/postgres.ts";
import { localServices } from "./catalogue.ts";
import { layoutOf } from "./layout.ts";
import { withClient } from "./postgres/connection.ts";
import { clusterConnection } from "./postgres/service.ts";
import { findProcess } from "./processes.ts";
import { declareGroup } from "./redis/declaration.ts";
import { failOver } from "./redis/failover.ts";
import { redisConnection, withRedis } from "./redis/service.ts";
import { createSupervisor, type Progress, type Supervisor } from "./supervisor.ts";

const GROUP = {
  id: "jobs",
  endpoint: "master.jobs.example.cache.amazonaws.com",
  authToken: "a-token-of-sixteen",
  tls: true,
  parameters: { "maxmemory-policy": "noeviction" },
  members: 2,
  primary: 1,
};

describeWithPostgres("the supervisor", () => {
  const root = mkdtempSync(join(tmpdir(), "thorbis-local-"));
  const layout = layoutOf(root);
  let progress: Progress[] = [];
  let supervisor: Supervisor;
  const open = () =>
    createSupervisor(
      layout,
      localServices(layout).filter(({ name }) => name === "postgres" || name.startsWith("redis")),
      (step) => progress.push(step),
    );
  const phases = (service: string) => progress.filter((step) => step.service === service).map(({ phase }) => phase);
  const states = async () =>
    Object.fromEntries((await supervisor.status()).map(({ service, state }) => [service, state]));

  beforeAll(async () => {
    chmodSync(root, 0o711);
    mkdirSync(layout.directory, { recursive: true });
    chmodSync(join(root, ".thorbis"), 0o711);
    declareGroup(layout, GROUP);
    supervisor = open();
    await supervisor.start();
  }, 30_000);
  afterAll(async () => {
    await supervisor.stop();
    rmSync(root, { recursive: true, force: true });
  }, 30_000);
  beforeEach(() => {
    progress = [];
  });

  it("starts every service and says so", async () => {
    expect(await states()).toEqual({ postgres: "running", "redis-jobs-1": "running", "redis-jobs-2": "running" });
  });

  it("keeps what runs, under the same ports", async () => {
    const before = readFileSync(layout.ports, "utf8");
    await open().start();
    expect(new Set(progress.map(({ phase }) => phase))).toEqual(new Set(["kept"]));
    expect(readFileSync(layout.ports, "utf8")).toBe(before);
  });

  it("finds its own process again when the record is lost", async () => {
    const { record } = layout.service("redis-jobs-2");
    const { pid } = JSON.parse(readFileSync(record, "utf8"));
    rmSync(record);
    expect((await supervisor.status()).find(({ service }) => service === "redis-jobs-2")?.pid).toBe(pid);
  });

  it("takes no other process for its own, although the pid is the same", async () => {
    const { record } = layout.service("redis-jobs-2");
    const own = readFileSync(record, "utf8");
    const stranger = { ...JSON.parse(own), pid: process.pid };
    writeFileSync(record, JSON.stringify(stranger));
    const found = (await supervisor.status()).find(({ service }) => service === "redis-jobs-2");
    expect(found?.pid).toBe(JSON.parse(own).pid);
  });

  it("writes every file for its owner's eyes only", () => {
    const files = [
      layout.ports,
      join(layout.directory, "credentials.json"),
      join(layout.service("redis-jobs-1").directory, "redis.conf"),
    ];
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("refuses a port that somebody else has taken, and names the way out", async () => {
    await supervisor.stop(["redis-jobs-2"]);
    const port = JSON.parse(readFileSync(layout.ports, "utf8"))["redis-jobs-2"];
    const stranger = createServer().listen(port, "127.0.0.1");
    await expect(supervisor.start(["redis-jobs-2"])).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`^port ${port} of redis-jobs-2 is taken by process ${process.pid} `)),
      remedy: expect.stringContaining("--new-ports"),
    });
    await new Promise((resolve) => stranger.close(resolve));
    await supervisor.start(["redis-jobs-2"]);
    expect(phases("redis-jobs-2")).toEqual(["stopped", "starting", "starting", "ready"]);
  });

  it("starts Postgres again after a crash, although its pid file now names a stranger", async () => {
    const contextOf = await supervisor.context();
    const [postgres] = supervisor.services;
    if (!postgres) throw new Error("no Postgres");
    const context = contextOf(postgres);
    await withClient(clusterConnection(context), "postgres", (client) => client.query("create table kept (n int)"));
    const { pid } = JSON.parse(readFileSync(layout.service("postgres").record, "utf8"));
    process.kill(pid, "SIGKILL");
    while (findProcess(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
    const pidFile = join(context.directory, "data", "postmaster.pid");
    writeFileSync(pidFile, readFileSync(pidFile, "utf8").replace(String(pid), String(process.ppid)));
    await supervisor.start(["postgres"]);
    const rows = await withClient(clusterConnection(context), "postgres", (client) =>
      client.query("select * from kept"),
    );
    expect(rows.rows).toEqual([]);
  }, 20_000);

  it("moves the primary's address to the replica on a failover, without losing a write", async () => {
    const contextOf = await supervisor.context();
    const [service] = supervisor.services.filter(({ name }) => name === "redis-jobs-1");
    if (!service) throw new Error("no Redis");
    const context = contextOf(service);
    const primary = () => redisConnection(GROUP, context.port("redis-jobs-1"), context.authority);
    await withRedis(primary(), (client) => client.set("order", "kept"));
    const changed = await failOver(layout, "jobs", context);
    expect(changed.primary).toBe(2);
    expect(
      await withRedis(primary(), async (client) => [await client.get("order"), await client.set("order", "again")]),
    ).toEqual(["kept", "OK"]);
    supervisor = open();
    expect(await states()).toMatchObject({ "redis-jobs-1": "running", "redis-jobs-2": "running" });
  });

  it("refuses a Redis client without the password", async () => {
    const contextOf = await supervisor.context();
    const [service] = supervisor.services;
    if (!service) throw new Error("no service");
    const port = contextOf(service).port("redis-jobs-1");
    const { authority } = contextOf(service);
    await expect(
      withRedis(redisConnection({ tls: true }, port, authority), (client) => client.get("order")),
    ).rejects.toThrow();
  });

  it("stops everything and leaves no process behind", async () => {
    const pids = (await supervisor.status()).map(({ pid }) => pid);
    expect((await supervisor.stop()).sort()).toEqual(["postgres", "redis-jobs-1", "redis-jobs-2"]);
    expect(pids.map((pid) => pid !== undefined && findProcess(pid))).toEqual([undefined, undefined, undefined]);
    expect(await states()).toEqual({ postgres: "stopped", "redis-jobs-1": "stopped", "redis-jobs-2": "stopped" });
  });

  it("stops what is declared no more, which a later stop would not know of", async () => {
    await supervisor.start();
    const fewer = createSupervisor(
      layout,
      localServices(layout).filter(({ name }) => name === "postgres"),
      (step) => progress.push(step),
    );
    await fewer.start();
    expect(phases("redis-jobs-1").at(-1)).toBe("stopped");
    expect(await states()).toEqual({ postgres: "running", "redis-jobs-1": "stopped", "redis-jobs-2": "stopped" });
    // A primary waits for its replica to catch up before it ends.
  }, 30_000);

  it("deletes the data on reset", async () => {
    await supervisor.reset();
    expect(existsSync(layout.directory)).toBe(false);
  });
});
