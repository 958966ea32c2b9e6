import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { makeBackupScene } from "../../testing/backups.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { printedBy } from "../../testing/printed.ts";
import { run } from "../program.ts";
import { describeProgress, formatBytes } from "./progress.ts";

jest.setTimeout(60_000);

describeWithAws("the data commands", () => {
  describeWithPostgres("as a person types them", () => {
    const aws = useAws();
    const postgres = usePostgres();
    let directory: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "thorbis-cli-"));
      const { settings } = await makeBackupScene(aws(), postgres(), "commands");
      const { endpoint, region } = aws().client;
      const { accessKeyId, secretAccessKey } = aws().client.credentials;
      const file = {
        environment: "test",
        isProtected: true,
        database: { url: postgres().url("commands") },
        backups: settings,
        migrations: { directory: join(directory, "migrations") },
        audit: { file: join(directory, "audit.jsonl") },
        aws: { endpoint, region, accessKeyId, secretAccessKey },
      };
      await writeFile(join(directory, "settings.json"), JSON.stringify(file));
      await mkdir(join(directory, "migrations"));
      const up = "CREATE TABLE app.notes (id int);";
      await writeFile(
        join(directory, "migrations", "1_notes.sql"),
        `-- description: notes\n-- lock_timeout: 5s\n-- statement_timeout: 1min\n-- migrate:up\n${up}\n-- migrate:down\nDROP TABLE app.notes;\n`,
      );
    });
    afterAll(async () => {
      await rm(directory, { recursive: true });
    });

    const thorbis = (...words: string[]) =>
      printedBy(() => run([...words, "--environment", "test", "--settings", join(directory, "settings.json")]));

    it("migrates a protected environment only after consent, makes the backup first, and records both", async () => {
      const alone = await thorbis("db", "migrate");
      expect([alone.code, alone.stderr]).toEqual([3, expect.stringContaining("nobody is here to confirm it")]);
      const wrong = await thorbis("db", "migrate", "--confirm", "production");
      expect([wrong.code, wrong.stderr]).toEqual([
        3,
        expect.stringContaining("does not name the environment that this changes"),
      ]);
      const done = await thorbis("db", "migrate", "--confirm", "test", "--json");
      expect([done.code, JSON.parse(done.stdout)]).toEqual([
        0,
        [expect.objectContaining({ version: "1", description: "notes" })],
      ]);
      const back = await thorbis("db", "rollback", "--to", "0", "--plan", join(directory, "back.json"), "--json");
      expect([back.code, JSON.parse(back.stdout)]).toEqual([
        0,
        expect.objectContaining({ direction: "down", steps: [expect.objectContaining({ version: "1" })] }),
      ]);
      const records = (await readFile(join(directory, "audit.jsonl"), "utf8"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(records.slice(-4).map(({ action, result }) => `${action} ${result}`)).toEqual([
        "db migrate started",
        "backup create started",
        "backup create succeeded",
        "db migrate succeeded",
      ]);
      const { stdout } = await thorbis("backup", "list", "--json");
      expect(JSON.parse(stdout).sets).toHaveLength(1);
      expect((await thorbis("db", "status")).stdout).toMatch(/^1 +applied/m);
    });

    it("restores and drills from the command line, with a report and a picture", async () => {
      expect((await thorbis("backup", "verify")).stdout).toMatch(/: verified, \d files/);
      const restored = await thorbis("restore", "--database", "typed", "--json");
      expect(JSON.parse(restored.stdout)).toMatchObject({ database: "typed", ok: true });
      const drilled = await thorbis(
        "drill",
        "--report",
        join(directory, "drill.md"),
        "--picture",
        join(directory, "trend.svg"),
      );
      expect([drilled.code, drilled.stdout]).toEqual([0, expect.stringContaining("passed; RTO")]);
      expect(await readFile(join(directory, "drill.md"), "utf8")).toContain("| RTO |");
      expect(await readFile(join(directory, "trend.svg"), "utf8")).toMatch(/^<svg /);
      expect((await thorbis("drill", "--status")).code).toBe(0);
      expect((await thorbis("backup", "prune", "--dry-run")).stdout).toContain("younger than 30 days");
    });

    it("migrates a product of Prisma with its own command, after consent and a backup of its own database", async () => {
      // Stands for Prisma's command, which is not installed here: its documented words, answers and exit codes.
      const prisma = `#!/bin/sh
        echo "$*" >> called
        case "$1 $2" in
          "migrate status") [ -f applied ] && { echo "Database schema is up to date!"; exit 0; }
            echo "Following migration have not yet been applied: 20260101120000_tickets"; exit 1;;
          "migrate deploy") [ -f broken ] && { echo "Error: P3018 at $DATABASE_URL" >&2; exit 1; }
            touch applied; echo "All migrations have been successfully applied.";;
          "migrate resolve") rm -f broken; echo "Migration $4 marked as rolled back.";;
        esac`;
      await writeFile(join(directory, "prisma"), prisma, { mode: 0o755 });
      await postgres().query("postgres", "CREATE DATABASE helpdesk_product");
      const file = join(directory, "settings.json");
      const settings = JSON.parse(await readFile(file, "utf8"));
      const url = postgres().url("helpdesk_product");
      const helpdesk = { directory, command: [join(directory, "prisma")], url };
      await writeFile(file, JSON.stringify({ ...settings, prisma: { helpdesk } }));
      const product = ["--product", "helpdesk"];
      const status = await thorbis("db", "status", ...product);
      expect([status.code, status.stdout]).toEqual([4, expect.stringContaining("20260101120000_tickets")]);
      expect((await thorbis("db", "migrate", ...product)).code).toBe(3);
      await writeFile(join(directory, "broken"), "");
      const failed = await thorbis("db", "migrate", ...product, "--confirm", "test");
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("P3018 at [secret]")]);
      const resolving = [...product, "--resolve", "20260101120000_tickets", "--as", "rolled-back"];
      expect((await thorbis("db", "migrate", ...resolving, "--confirm", "test")).code).toBe(0);
      const done = await thorbis("db", "migrate", ...product, "--confirm", "test", "--json");
      expect([done.code, JSON.parse(done.stdout)]).toEqual([0, { product: "helpdesk", kind: "deploy", done: true }]);
      expect((await thorbis("db", "status", ...product)).code).toBe(0);
      await writeFile(file, JSON.stringify(settings));
      const called = (await readFile(join(directory, "called"), "utf8")).trim().split("\n");
      expect(called).toEqual([
        "migrate status",
        "migrate deploy",
        "migrate resolve --rolled-back 20260101120000_tickets",
        "migrate deploy",
        "migrate status",
      ]);
      // One backup was enough: the newest is younger than the objective; and it is of the product's own database.
      const client = new S3Client(aws().client);
      const sets = await client.send(new ListObjectsV2Command({ Bucket: "commands", Prefix: "test-helpdesk/sets/" }));
      expect(sets.Contents?.filter(({ Key }) => Key?.endsWith("/manifest.json"))).toHaveLength(1);
    });

    it("restores and drills from the other region's copy when the first bucket is gone", async () => {
      const client = new S3Client(aws().client);
      await client.send(new CreateBucketCommand({ Bucket: "commands-replica" }));
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({ Bucket: "commands", Prefix: "test/sets/" }),
      );
      for (const { Key = "" } of Contents) {
        // As replication does it; then the first region is lost.
        const CopySource = `commands/${Key}`;
        await client.send(new CopyObjectCommand({ Bucket: "commands-replica", Key, CopySource }));
        await client.send(new DeleteObjectCommand({ Bucket: "commands", Key }));
      }
      const alone = await thorbis("restore", "--database", "lost");
      expect([alone.code, alone.stderr]).toEqual([1, expect.stringContaining("there is no verified backup")]);
      const replica = ["--replica-bucket", "commands-replica", "--replica-region", "us-west-2"];
      const restored = await thorbis("restore", "--database", "failed_over", "--json", ...replica);
      expect(JSON.parse(restored.stdout)).toMatchObject({ database: "failed_over", ok: true });
      const drilled = await thorbis("drill", "--json", ...replica);
      expect(JSON.parse(drilled.stdout)).toMatchObject({ kind: "replica", ok: true });
      expect((await thorbis("drill", "--replica-bucket", "commands-replica")).stderr).toContain("belong together");
    });

    it("reports progress as JSON lines beside a JSON result", async () => {
      const { stdout, stderr } = await thorbis("backup", "create", "--json");
      expect(JSON.parse(stdout)).toMatchObject({ environment: "test" });
      const events = stderr
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(events.length).toBeGreaterThan(0);
      for (const event of events) {
        expect(Object.keys(event).sort()).toEqual(
          ["at", "bytes", "bytesPerSecond", "event", "phase", "secondsLeft", "totalBytes"].sort(),
        );
      }
    });

    it("tells the declared topic of a drill that failed", async () => {
      const [sns, sqs] = [new SNSClient(aws().client), new SQSClient(aws().client)];
      const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "operations" }));
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "operations" }));
      const queue = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: queue.Attributes?.QueueArn }));
      const file = join(directory, "settings.json");
      const settings = JSON.parse(await readFile(file, "utf8"));
      await writeFile(file, JSON.stringify({ ...settings, notify: { topicArn: TopicArn } }));
      const drilled = await thorbis("drill", "--date", "2020-01-01");
      await writeFile(file, JSON.stringify(settings));
      expect(drilled.code).toBe(1);
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
      expect(JSON.parse(Messages?.[0]?.Body ?? "{}").Message).toMatch(
        /^test: the restore drill FAILED\. .*no verified backup from before 2020/s,
      );
    });

    it("offers no point in time where the server keeps none, and mixes it with nothing", async () => {
      const none = await thorbis("restore", "--point-in-time", "2026-11-20T18:00:00Z");
      expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("--date TIME takes the newest set")]);
      const mixed = await thorbis("restore", "--point-in-time", "2026-11-20T18:00:00Z", "--swap", "--table", "a.b");
      expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining("takes no --table, --swap")]);
      expect((await thorbis("restore", "--point-in-time", "yesterday")).stderr).toContain("yesterday is not a time");
      expect((await thorbis("restore", "--cluster", "copy")).code).toBe(2);
    });

    it("explains wrong usage without a stack", async () => {
      const level = await thorbis("restore", "--level", "partial");
      expect([level.code, level.stderr]).toEqual([
        2,
        "error: --level partial needs --schema or --table, and only it takes them\n",
      ]);
      expect((await thorbis("restore", "--swap", "--confirm", "prod")).code).toBe(3);
    });
  });
});

it("describes progress with bytes, rate and remaining time", () => {
  expect(describeProgress("dumping", 120e6, 480e6, 3)).toBe("dumping  120.0 MB of about 480.0 MB  40.0 MB/s  9 s left");
  expect(describeProgress("dumping", 120e6, 0, 3)).toBe("dumping  120.0 MB  40.0 MB/s");
  expect(formatBytes(999)).toBe("999 B");
});
