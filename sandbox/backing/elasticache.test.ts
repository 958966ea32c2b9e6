import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PropertyMap } from "../../engine/values.ts";
import type { BackedResource } from "../backing.ts";
import { openAuthority } from "../services/authority.ts";
import { privateDirectory } from "../services/files.ts";
import { launch } from "../services/launch.ts";
import { layoutOf } from "../services/layout.ts";
import { isAlive } from "../services/processes.ts";
import { recordProcess, runningProcess } from "../services/records.ts";
import { declaredGroups, memberName } from "../services/redis/declaration.ts";
import { redisConnection, withRedis } from "../services/redis/service.ts";
import { World } from "../world.ts";
import { elasticacheBacking } from "./elasticache.ts";

const TOKEN = "a-generated-token-of-more-than-16";
const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";
const PARAMETERS = "aws:elasticache/parameterGroup:ParameterGroup";

const installed = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].some((path) => existsSync(path));
const describeWithRedis = installed ? describe : describe.skip;

describeWithRedis(`a declared replication group${installed ? "" : " (skipped: redis-server is not installed)"}`, () => {
  const root = mkdtempSync(join(tmpdir(), "thorbis-elasticache-"));
  const layout = layoutOf(root, "test");
  const backing = elasticacheBacking(layout);
  const world = new World(layout.world);
  const inputs: PropertyMap = {
    ...{ replicationGroupId: "queue", authToken: TOKEN, transitEncryptionEnabled: true },
    ...{ numCacheClusters: 1, parameterGroupName: "queue" },
  };
  const group = (more: PropertyMap = {}): BackedResource => ({
    type: GROUP,
    urn: `urn:pulumi:test::thorbis::${GROUP}::queue`,
    ...{ name: "queue", id: "queue", inputs: { ...inputs, ...more }, configuration: {} },
    outputs: { ...inputs, ...more, primaryEndpointAddress: "master.queue.example.com" },
  });
  const parameters = (policy: string) =>
    world.put({
      ...{
        type: PARAMETERS,
        id: "queue",
        urn: `urn:pulumi:test::thorbis::${PARAMETERS}::queue`,
        outputs: {},
        names: [],
      },
      inputs: { name: "queue", parameters: [{ name: "maxmemory-policy", value: policy }] },
    });
  const ask = async <T>(work: Parameters<typeof withRedis<T>>[1], token: string | undefined = TOKEN): Promise<T> => {
    const port: number = JSON.parse(readFileSync(layout.ports, "utf8"))[memberName("queue", 1)];
    const authority = await openAuthority(layout.authority);
    return withRedis(redisConnection({ tls: true, authToken: token }, port, authority), work);
  };
  const policy = () => ask((client) => client.config("GET", "maxmemory-policy"));

  beforeAll(async () => {
    privateDirectory(layout.directory);
    parameters("noeviction");
    await backing.create(group());
  }, 30_000);
  afterAll(async () => {
    await backing.delete(group());
    world.close();
    rmSync(root, { recursive: true, force: true });
  }, 30_000);

  it("is a server with its password, TLS and parameters", async () => {
    expect(await policy()).toEqual(["maxmemory-policy", "noeviction"]);
    await expect(ask((client) => client.ping(), "guessed-token-of-sixteen")).rejects.toThrow();
    expect(await backing.read(group())).toEqual({});
  });

  it("stands being created again after a kill: the server and its data stay", async () => {
    await ask((client) => client.set("job", "kept"));
    const before = runningProcess(layout, memberName("queue", 1))?.pid;
    await backing.create(group());
    expect(runningProcess(layout, memberName("queue", 1))?.pid).toBe(before);
    expect(await ask((client) => client.get("job"))).toBe("kept");
  });

  it("takes over changed parameters and another password, and keeps its data and its address", async () => {
    parameters("allkeys-lru");
    const before = group();
    await backing.update({ ...group(), oldInputs: before.inputs, oldOutputs: before.outputs });
    expect(await policy()).toEqual(["maxmemory-policy", "allkeys-lru"]);
    const authToken = "another-token-of-more-than-16";
    await backing.update({ ...group({ authToken }), oldInputs: before.inputs, oldOutputs: before.outputs });
    expect(await ask((client) => client.get("job"), authToken)).toBe("kept");
    await backing.update({ ...group(), oldInputs: before.inputs, oldOutputs: before.outputs });
  }, 30_000);

  it("gets a replica where one is declared", async () => {
    const before = group();
    const oldState = { oldInputs: before.inputs, oldOutputs: before.outputs };
    await backing.update({ ...group({ numCacheClusters: 2 }), ...oldState });
    expect(await ask((client) => client.info("replication"))).toMatch(/connected_slaves:1/);
    await backing.update({ ...group(), ...oldState });
  }, 30_000);

  it("takes its user along first when it is deleted, then its process and its files", async () => {
    const { directory, marker, log } = layout.service("worker");
    privateDirectory(directory);
    const standIn = { command: process.execPath, args: ["-e", "setInterval(() => 0, 1000)"], cwd: directory };
    const worker = await launch({ ...standIn, environment: {}, marker, log });
    recordProcess(layout, "worker", worker);
    const server = runningProcess(layout, memberName("queue", 1));
    await backing.delete(group());
    expect([isAlive(worker), server && isAlive(server)]).toEqual([false, false]);
    expect(existsSync(layout.service(memberName("queue", 1)).directory)).toBe(false);
    expect(declaredGroups(layout)).toEqual([]);
    expect(await backing.read(group())).toBeUndefined();
    await expect(backing.delete(group())).resolves.toBeUndefined();
  }, 30_000);
});
