import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { RDSClient } from "@aws-sdk/client-rds";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { type BackupScene, makeBackupScene } from "../../testing/backups.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { createBackup } from "../backups/create.ts";
import type { Manifest } from "../backups/manifest.ts";
import { withServer } from "../database/connection.ts";
import { type PointInTimeOptions, restoreToPointInTime } from "./point-in-time.ts";

// Real servers on a machine that may be busy: a limit against hanging, not a measure.
jest.setTimeout(60_000);

const SOURCE = "thorbis-production";
const FIRST = new Date(Date.now() - 7 * 86_400_000);
const LAST = new Date(Date.now() + 60_000);

/**
 * Stands for RDS: its query protocol over HTTP, the states that a cluster and a server go through, and its refusals.
 * The new cluster's address is that of the test's own Postgres. An action that is not listed is an error.
 */
class Rds {
  /** Requests that changed something, as sent. */
  readonly changes: URLSearchParams[] = [];
  clusterStates = ["creating", "creating", "available"];
  serverStates = ["creating", "available"];
  engine = "aurora-postgresql";
  address = { host: "", port: 0 };
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on("end", () => {
        const { status, xml } = this.#answer(new URLSearchParams(body));
        response.writeHead(status, { "content-type": "text/xml" }).end(xml);
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(form: URLSearchParams): { status: number; xml: string } {
    const action = form.get("Action") ?? "";
    const result = (inner: string) => ({
      status: 200,
      xml: `<${action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><${action}Result>${inner}</${action}Result></${action}Response>`,
    });
    const refusal = (code: string, message: string) => ({
      status: code.endsWith("NotFoundFault") ? 404 : 400,
      xml: `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    });
    const begun = this.changes.find((change) => change.get("Action") === "RestoreDBClusterToPointInTime");
    switch (action) {
      case "DescribeDBClusters": {
        const identifier = form.get("DBClusterIdentifier") ?? "";
        if (identifier === SOURCE) return result(`<DBClusters>${this.#source()}</DBClusters>`);
        if (identifier !== begun?.get("DBClusterIdentifier"))
          return refusal("DBClusterNotFoundFault", `DBCluster ${identifier} not found.`);
        const state = this.clusterStates.length > 1 ? this.clusterStates.shift() : this.clusterStates[0];
        return result(
          `<DBClusters><DBCluster><DBClusterIdentifier>${identifier}</DBClusterIdentifier><Status>${state}</Status><Endpoint>${this.address.host}</Endpoint><Port>${this.address.port}</Port></DBCluster></DBClusters>`,
        );
      }
      case "DescribeDBInstances": {
        const name = form.get("DBInstanceIdentifier") ?? "";
        const state =
          name === `${SOURCE}-writer`
            ? "available"
            : this.serverStates.length > 1
              ? this.serverStates.shift()
              : this.serverStates[0];
        return result(
          `<DBInstances><DBInstance><DBInstanceIdentifier>${name}</DBInstanceIdentifier><DBInstanceClass>db.r8g.large</DBInstanceClass><DBInstanceStatus>${state}</DBInstanceStatus></DBInstance></DBInstances>`,
        );
      }
      case "RestoreDBClusterToPointInTime":
      case "CreateDBInstance":
        this.changes.push(form);
        return result("");
      default:
        return refusal("InvalidAction", `${action} is not known here`);
    }
  }

  #source(): string {
    return `<DBCluster><DBClusterIdentifier>${SOURCE}</DBClusterIdentifier><Status>available</Status><Engine>${this.engine}</Engine>
      <EarliestRestorableTime>${FIRST.toISOString()}</EarliestRestorableTime><LatestRestorableTime>${LAST.toISOString()}</LatestRestorableTime>
      <DBSubnetGroup>private</DBSubnetGroup><DBClusterParameterGroup>thorbis-postgresql16</DBClusterParameterGroup><Port>5432</Port>
      <VpcSecurityGroups><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-data</VpcSecurityGroupId></VpcSecurityGroupMembership></VpcSecurityGroups>
      <KmsKeyId>arn:aws:kms:us-east-1:123456789012:key/data</KmsKeyId><DeletionProtection>true</DeletionProtection>
      <DBClusterMembers><DBClusterMember><DBInstanceIdentifier>${SOURCE}-reader</DBInstanceIdentifier><IsClusterWriter>false</IsClusterWriter></DBClusterMember>
      <DBClusterMember><DBInstanceIdentifier>${SOURCE}-writer</DBInstanceIdentifier><IsClusterWriter>true</IsClusterWriter></DBClusterMember></DBClusterMembers></DBCluster>`;
  }
}

describeWithAws("restores to a point in time", () => {
  describeWithPostgres("into a new cluster", () => {
    const aws = useAws();
    const postgres = usePostgres();
    let scene: BackupScene;
    let manifest: Manifest;
    let rds: Rds;
    let client: RDSClient;

    beforeAll(async () => {
      scene = await makeBackupScene(aws(), postgres(), "moments");
      manifest = await createBackup(scene.create);
    });
    beforeEach(async () => {
      rds = new Rds();
      const { hostname, port } = new URL(postgres().url("moments"));
      rds.address = { host: hostname, port: Number(port) };
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      client = new RDSClient({ region: "us-east-1", endpoint: await rds.listen(), credentials, maxAttempts: 1 });
    });
    afterEach(async () => {
      client.destroy();
      await rds.close();
    });

    const options = (changes: Partial<PointInTimeOptions> = {}): PointInTimeOptions => ({
      client,
      cluster: SOURCE,
      // The old cluster: nothing answers there, so that only the new one can be what is checked.
      databaseUrl: withServer(postgres().url("moments"), "127.0.0.1", 1),
      to: new Date(),
      store: scene.create.store,
      settings: scene.settings,
      prefix: "test",
      objectives: { rtoSeconds: 600, rpoSeconds: 3_600 },
      now: () => new Date(),
      wait: async () => undefined,
      ...changes,
    });

    it("makes a cluster and a server like the source's, waits for both, and checks the database there", async () => {
      const seen: string[] = [];
      const to = new Date();
      const report = await restoreToPointInTime(options({ to, newCluster: "copy", onStatus: (s) => seen.push(s) }));
      expect(report.checks.map(({ name, ok }) => [name, ok])).toEqual([
        ["schema", true],
        ["row counts", true],
        ["constraints", true],
        ["access", true],
      ]);
      expect(report).toMatchObject({ ok: true, cluster: "copy", rpoSeconds: 0, comparedWith: [manifest.id] });
      expect(seen).toEqual([
        "cluster copy: creating",
        "cluster copy: creating",
        "cluster copy: available",
        "server copy-1: creating",
        "server copy-1: available",
      ]);
      expect(rds.changes.map((change) => Object.fromEntries(change))).toMatchObject([
        {
          Action: "RestoreDBClusterToPointInTime",
          SourceDBClusterIdentifier: SOURCE,
          DBClusterIdentifier: "copy",
          RestoreToTime: to.toISOString(),
          DBSubnetGroupName: "private",
          DBClusterParameterGroupName: "thorbis-postgresql16",
          "VpcSecurityGroupIds.VpcSecurityGroupId.1": "sg-data",
          DeletionProtection: "true",
        },
        { Action: "CreateDBInstance", DBClusterIdentifier: "copy", DBInstanceClass: "db.r8g.large" },
      ]);
    });

    it("makes no server where the cluster brings its own", async () => {
      rds.engine = "postgres";
      await restoreToPointInTime(options());
      expect(rds.changes.map((change) => change.get("Action"))).toEqual(["RestoreDBClusterToPointInTime"]);
    });

    it("refuses a server without history, and names what is offered instead", async () => {
      await expect(restoreToPointInTime(options({ cluster: undefined }))).rejects.toMatchObject({
        exitCode: 2,
        message: "this database's server keeps no history that a point in time could be taken from",
        remedy: expect.stringContaining("./thorbis restore --date TIME"),
      });
      await expect(restoreToPointInTime(options({ cluster: "thorbis-gone" }))).rejects.toThrow(
        "there is no cluster thorbis-gone",
      );
      expect(rds.changes).toEqual([]);
    });

    it.each([
      ["before", new Date(FIRST.getTime() - 1_000)],
      ["after", new Date(LAST.getTime() + 1_000)],
    ])("refuses a time %s what the cluster keeps, and says what it keeps", async (_, to) => {
      await expect(restoreToPointInTime(options({ to }))).rejects.toThrow(
        `the cluster keeps ${FIRST.toISOString()} to ${LAST.toISOString()}`,
      );
      expect(rds.changes).toEqual([]);
    });

    it("never goes over a cluster that exists, the source least of all", async () => {
      await expect(restoreToPointInTime(options({ newCluster: SOURCE }))).rejects.toThrow(
        `the cluster ${SOURCE} exists already, and a restore never goes over one`,
      );
      expect(rds.changes).toEqual([]);
    });

    it("is a failure when the new cluster does not come up, and says what is left", async () => {
      rds.clusterStates = ["creating", "incompatible-restore"];
      await expect(restoreToPointInTime(options({ newCluster: "copy" }))).rejects.toMatchObject({
        message: "the cluster copy does not become available: it is incompatible-restore",
        remedy: expect.stringContaining("copy was begun and is left as it is"),
      });
    });

    it("is no success when the database is not the one of the backups", async () => {
      await postgres().query("moments", "ALTER TABLE app.secrets ADD COLUMN extra int; DELETE FROM app.orders");
      const report = await restoreToPointInTime(options());
      expect([report.ok, report.checks.filter(({ ok }) => !ok).map(({ name }) => name)]).toEqual([
        false,
        ["schema", "row counts"],
      ]);
    });

    it("is a failure without any backup to compare with, before a cluster is made", async () => {
      await expect(restoreToPointInTime(options({ prefix: "empty" }))).rejects.toThrow("there is no verified backup");
      expect(rds.changes).toEqual([]);
    });
  });
});
