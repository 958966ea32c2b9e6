/** The platform as `./thorbis up development` leaves it: what runs, who may do what, what fails and is repaired. */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type MetricDatum,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import { Queue } from "bullmq";
import { queueSettings } from "../../sandbox/reference/queue.ts";
import { workerVariables } from "../../sandbox/reference/service.ts";
import { enqueue } from "../../sandbox/reference/worker.ts";
import { emulatorClientOptions } from "../../sandbox/services/aws/emulator.ts";
import { localServices } from "../../sandbox/services/catalogue.ts";
import { localEndpoints } from "../../sandbox/services/endpoints.ts";
import { localise } from "../../sandbox/services/localise.ts";
import { caughtMails } from "../../sandbox/services/mail/catcher.ts";
import { isPortFree } from "../../sandbox/services/ports.ts";
import { withClient } from "../../sandbox/services/postgres/connection.ts";
import { findMarked, findProcess } from "../../sandbox/services/processes.ts";
import { createSupervisor } from "../../sandbox/services/supervisor.ts";
import { describeWithPlatform, useLocalPlatform } from "../../testing/local-platform.ts";

const LONG = 120_000;
/** The alarm for failing jobs, one over an expression, and a composite one over two burn rates. */
const FAILED_JOBS = "thorbis-development-helpdesk/helpdesk-default/failed-jobs";
const ERROR_RATE = "thorbis-development-thorbis/site/high-error-rate";
const BURN_RATE = "thorbis-development-thorbis/site/availability-budget-14.4x";

const eventually = async <T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> => {
  for (let looks = 0; looks < 400; looks++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it never came: ${look}`);
};

describeWithPlatform("the platform on this machine", () => {
  const platform = useLocalPlatform();
  const authority = () => readFileSync(localEndpoints(platform().layout).authorityPath, "utf8");
  let urls: Record<string, string>;

  /** One statement with the product's own connection string of a role, on the local server. */
  const as = async (role: string, sql: string, database = "thorbis"): Promise<unknown[]> => {
    const url = new URL(localise("DATABASE_URL", urls[role] ?? "", localEndpoints(platform().layout)));
    const connection = {
      ...{ host: "127.0.0.1", port: Number(url.port), authority: authority() },
      ...{ user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
    };
    return withClient(connection, database, async (client) => (await client.query(sql)).rows);
  };

  beforeAll(async () => {
    const { out } = await platform().run("outputs", "development", "databaseUrls", "--json", "--show-secrets");
    urls = JSON.parse(out).thorbis;
  }, LONG);

  it("binds to loopback only, and keeps its files to their owner", async () => {
    const { layout } = platform();
    const processes = [...markers()].flatMap(({ pids }) => pids);
    expect(processes.length).toBeGreaterThanOrEqual(8);
    expect(new Set(processes.flatMap(listeningAddresses))).toEqual(new Set(["127.0.0.1"]));
    const open = filesBelow(layout.directory).filter((file) => (statSync(file).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  });

  it("generates every password: none of two services are equal, none is short", () => {
    const { layout } = platform();
    const passwords: string[] = Object.values(
      JSON.parse(readFileSync(join(layout.directory, "credentials.json"), "utf8")),
    );
    const tokens = localEndpoints(layout).redis.map(({ authToken = "" }) => authToken);
    const roles = Object.values(urls).map((url) => new URL(url).password);
    const all = [...passwords, ...tokens, ...roles];
    expect(new Set(all).size).toBe(all.length);
    expect(Math.min(...all.map((password) => password.length))).toBeGreaterThanOrEqual(32);
  });

  describe("each role of a database", () => {
    beforeAll(async () => {
      await as("migrator", "create table orders (id serial primary key, total int not null)");
      await as("migrator", "create function twice(n int) returns int language sql as 'select 2 * n'");
      await as("application", "insert into orders (total) values (10)");
    }, LONG);

    it.each([
      ["migrator", "alter table orders add column note text"],
      ["migrator", "create schema reporting"],
      ["application", "select total from orders"],
      ["application", "insert into orders (total) values (20)"],
      ["application", "update orders set total = 30 where total = 20"],
      ["application", "delete from orders where total = 30"],
      ["application", "select twice(4)"],
      ["readonly", "select total from orders"],
      ["readonly", "select last_value from orders_id_seq"],
      ["backup", "select total from orders"],
      ["backup", "select last_value from orders_id_seq"],
      ["monitoring", "select query from pg_stat_statements limit 1"],
      ["monitoring", "select * from pg_stat_activity limit 1"],
    ])("lets %s %s", async (role, sql) => {
      await expect(as(role, sql)).resolves.toBeDefined();
    });

    it.each([
      ["migrator", "create role another", "permission denied to create role"],
      ["migrator", "create database another", "permission denied to create database"],
      ["migrator", "alter role thorbis_application superuser", /permission denied|must be superuser/],
      ["application", "create table mine (id int)", "permission denied for schema public"],
      ["application", "drop table orders", "must be owner of table orders"],
      ["application", "truncate orders", "permission denied for table orders"],
      ["application", "set role thorbis_owner", "permission denied to set role"],
      ["readonly", "insert into orders (total) values (1)", "permission denied for table orders"],
      ["readonly", "select nextval('orders_id_seq')", "permission denied for sequence orders_id_seq"],
      ["readonly", "create table mine (id int)", "permission denied for schema public"],
      ["backup", "delete from orders", "permission denied for table orders"],
      ["backup", "create table mine (id int)", "permission denied for schema public"],
      ["monitoring", "select total from orders", "permission denied for table orders"],
      ["monitoring", "select pg_reload_conf()", "permission denied for function pg_reload_conf"],
    ])("keeps %s from %s", async (role, sql, reason) => {
      await expect(as(role, sql)).rejects.toThrow(reason);
    });

    it.each(["migrator", "application", "readonly", "backup", "monitoring"])(
      "keeps %s out of the other product's database",
      async (role) => {
        await expect(as(role, "select 1", "helpdesk")).rejects.toThrow('permission denied for database "helpdesk"');
      },
    );

    it("refuses the owner a log-in, and everybody a wrong password", async () => {
      const { postgresPort: port } = localEndpoints(platform().layout);
      const login = (user: string, password: string) =>
        withClient({ host: "127.0.0.1", port, user, password, authority: authority() }, "thorbis", async () => "in");
      await expect(login("thorbis_owner", "")).rejects.toThrow();
      await expect(login("thorbis_application", "guessed")).rejects.toThrow("password authentication failed");
    });
  });

  const seen = existsSync("/usr/bin/chromium") ? it : it.skip;
  seen(
    "shows every declared app to a browser, with the declared headers and score and without a violation",
    async () => {
      const { code, out } = await platform().run("local", "visit", "--json");
      const visits: { name: string; status: string; detail: string }[] = JSON.parse(out);
      expect(visits.map(({ name, status }) => [name, status])).toEqual(
        ["auto.localhost", "hs.localhost", "rest.localhost", "ret.localhost", "localhost"].map((host) => [
          `visit https://${host}/`,
          "passed",
        ]),
      );
      for (const { detail } of visits)
        expect(detail).toMatch(/^healthy; no violation; \d+ declared headers; scores \d+/);
      expect(code).toBe(0);
    },
    LONG,
  );

  it(
    "works off a job, and moves one that fails for good to the dead letters",
    async () => {
      const { layout } = platform();
      const variables = workerVariables(layout) ?? {};
      const settings = queueSettings(variables);
      const connection = { ...settings.options.connection, tls: { ca: authority(), servername: "localhost" } };
      const options = { ...settings.options, connection };
      await enqueue({ ...settings, options }, "email", { to: "you@example.com", subject: "Shipped", text: "Today" });
      const letter = await eventually(() =>
        caughtMails(layout.service("mail").directory).find(({ subject }) => subject === "Shipped"),
      );
      expect(letter.to).toEqual(["you@example.com"]);

      const id = await enqueue({ ...settings, options }, "unheard-of", { why: "no such job" });
      const dead = new Queue(settings.deadLetters ?? "", options);
      try {
        const kept = await eventually(async () => (await dead.getJobs()).find(({ data }) => data.id === id));
        expect(kept.data).toMatchObject({
          job: "unheard-of",
          reason: "there is no job unheard-of",
          data: { why: "no such job" },
        });
      } finally {
        await dead.close();
      }
    },
    LONG,
  );

  it(
    "turns the alarms when a metric or a rate passes its threshold, and mails the developer",
    async () => {
      const { layout } = platform();
      const client = new CloudWatchClient(
        emulatorClientOptions(localEndpoints(layout).awsPort, { region: "us-east-1", accountId: "000000000000" }),
      );
      const publish = (Namespace: string, MetricData: MetricDatum[]) =>
        client.send(new PutMetricDataCommand({ Namespace, MetricData }));
      const stateOf = async (name: string) => {
        const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
          new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ["MetricAlarm", "CompositeAlarm"] }),
        );
        return [...MetricAlarms, ...CompositeAlarms][0]?.StateValue;
      };
      const letterAbout = (name: string) =>
        caughtMails(layout.service("mail").directory).find(
          ({ subject }) => subject.startsWith("ALARM") && subject.includes(name.split("/").at(-1) ?? name),
        );
      try {
        expect(await stateOf(FAILED_JOBS)).not.toBe("ALARM");
        const queue = [
          { Name: "Environment", Value: "development" },
          { Name: "Queue", Value: "helpdesk-default" },
        ];
        await publish("Thorbis/Queue", [{ MetricName: "FailedJobs", Value: 11, Dimensions: queue }]);
        await eventually(async () => ((await stateOf(FAILED_JOBS)) === "ALARM" ? true : undefined));
        expect((await eventually(() => letterAbout(FAILED_JOBS))).to).toEqual(["developer@localhost.localdomain"]);

        const app = [
          { Name: "App", Value: "site" },
          { Name: "Environment", Value: "development" },
        ];
        const now = Date.now();
        for (const minute of [0, 1, 2, 3, 4, 5]) {
          const at = { Timestamp: new Date(now - minute * 60_000), Dimensions: app };
          await publish("Thorbis/Application", [
            { MetricName: "Requests", Value: 100, ...at },
            { MetricName: "Errors", Value: 50, ...at },
          ]);
        }
        for (const name of [ERROR_RATE, BURN_RATE]) {
          await eventually(async () => ((await stateOf(name)) === "ALARM" ? true : undefined));
          expect((await eventually(() => letterAbout(name))).to).toEqual(["developer@localhost.localdomain"]);
        }
      } finally {
        client.destroy();
      }
    },
    LONG,
  );

  it(
    "finds by refresh what was changed by hand, and repairs it with the next up",
    async () => {
      const { layout } = platform();
      const services = createSupervisor(layout, localServices(layout));
      const [postgres] = services.services;
      if (!postgres) throw new Error("there is no Postgres");
      const { clusterConnection } = await import("../../sandbox/services/postgres/service.ts");
      const context = (await services.context())(postgres);
      const byHand = (sql: string) =>
        withClient(clusterConnection(context), "thorbis", async (client) => (await client.query(sql)).rows);
      await byHand("alter role thorbis_readonly connection limit 1");
      await byHand("revoke connect on database thorbis from thorbis_monitoring");
      await expect(as("monitoring", "select 1")).rejects.toThrow("permission denied");

      const refreshed = await platform().run("refresh", "development");
      expect(refreshed.out).toMatch(/thorbis-database-role-readonly .*connectionLimit/);
      expect(refreshed.out).toMatch(/thorbis-database-grant-connect-monitoring/);
      expect(refreshed.out).not.toMatch(/RandomPassword/);
      const repaired = await platform().run("up", "development");
      expect([repaired.code, repaired.err]).toEqual([0, expect.any(String)]);
      await expect(as("monitoring", "select 1")).resolves.toBeDefined();
      const [limit] = await byHand(
        "select rolconnlimit > 1 as restored from pg_roles where rolname = 'thorbis_readonly'",
      );
      expect(limit).toEqual({ restored: true });
    },
    LONG,
  );

  it(
    "keeps what runs when nothing is to be changed",
    async () => {
      const before = markers();
      const { code, err } = await platform().run("up", "development");
      expect(code).toBe(0);
      expect(err).not.toMatch(/^(?:starting|ready|stopped)/m);
      expect(markers()).toEqual(before);
    },
    LONG,
  );

  it(
    "leaves no process, port or file behind when it is destroyed",
    async () => {
      const { layout } = platform();
      const pids = markers().flatMap(({ pids: of }) => of);
      const ports: number[] = Object.values(JSON.parse(readFileSync(layout.ports, "utf8")));
      const { code, out, err } = await platform().run("destroy", "development", "--yes");
      expect([code, code === 0 ? "" : out + err]).toEqual([0, ""]);
      expect(pids.filter((pid) => findProcess(pid) !== undefined)).toEqual([]);
      expect(await Promise.all(ports.map(isPortFree))).toEqual(ports.map(() => true));
      expect(existsSync(layout.directory)).toBe(false);
      expect(existsSync(layout.authority)).toBe(false);
    },
    LONG,
  );

  /** Our processes by service. */
  function markers(): { service: string; pids: number[] }[] {
    const { layout } = platform();
    return localServices(layout).map(({ name }) => ({
      service: name,
      pids: findMarked(layout.service(name).marker).map(({ pid }) => pid),
    }));
  }
});

/** The addresses on which a process listens for TCP. */
function listeningAddresses(pid: number): string[] {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === "0A" && inode !== undefined && sockets.has(inode))
      .map(([, local = ""]) => (local.startsWith("0100007F:") ? "127.0.0.1" : local)),
  );
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
