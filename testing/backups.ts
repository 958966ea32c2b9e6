import { generateKeyPairSync } from "node:crypto";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { generateIdentity, identityToRecipient } from "age-encryption";
import type { CreateOptions } from "../operations/backups/create.ts";
import { openStore } from "../operations/backups/store.ts";
import { type BackupSettings, parseSettings } from "../operations/settings.ts";
import type { TestAws } from "./aws.ts";
import type { TestPostgres } from "./postgres.ts";

/** One of everything that a dump can lose. */
const SCHEMA = `
  CREATE SCHEMA app;
  CREATE TYPE app.mood AS ENUM ('calm', 'busy');
  CREATE TABLE app.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, mood app.mood DEFAULT 'calm');
  CREATE TABLE app.orders (id bigserial PRIMARY KEY, customer bigint NOT NULL REFERENCES app.customers, note text, total numeric(12, 2) CHECK (total >= 0));
  CREATE INDEX orders_customer ON app.orders (customer);
  CREATE TABLE app."Odd Name; DROP" (id int);
  CREATE SEQUENCE app.invoice_number START 1000;
  CREATE MATERIALIZED VIEW app.totals AS SELECT customer, sum(total) AS total FROM app.orders GROUP BY customer;
  CREATE TABLE app.events (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE app.events_2026 PARTITION OF app.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := coalesce(NEW.note, ''); RETURN NEW; END $$;
  CREATE TRIGGER touch BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch();
  INSERT INTO app.customers (name) SELECT 'customer ' || i FROM generate_series(1, 100) i;
  INSERT INTO app.orders (customer, note, total) SELECT 1 + i % 100, md5(i::text), i FROM generate_series(1, 5000) i;
  INSERT INTO app."Odd Name; DROP" VALUES (7);
  INSERT INTO app.events SELECT i, '2026-06-01' FROM generate_series(1, 50) i;
  SELECT nextval('app.invoice_number'), nextval('app.invoice_number');
  SELECT lo_from_bytea(4711, 'a large object');
  REFRESH MATERIALIZED VIEW app.totals;
  CREATE TABLE app.secrets (id int);
`;

export interface BackupScene {
  settings: BackupSettings;
  escrowIdentity: string;
  client: S3Client;
  create: CreateOptions;
}

/** A database with every kind of object, a role of its own, and a bucket for its backups. */
export async function makeBackupScene(aws: TestAws, postgres: TestPostgres, name: string): Promise<BackupScene> {
  const client = new S3Client({ ...aws.client, maxAttempts: 5 });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  await postgres.query("postgres", `CREATE DATABASE ${name}`);
  await postgres.query(name, SCHEMA);
  await postgres.query(
    "postgres",
    `CREATE ROLE ${name}_reader LOGIN PASSWORD 'reader'; GRANT CONNECT ON DATABASE ${name} TO ${name}_reader;
     REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC; ALTER DATABASE ${name} SET work_mem = '8MB'`,
  );
  await postgres.query(
    name,
    `GRANT USAGE ON SCHEMA app TO ${name}_reader; GRANT SELECT ON app.orders, app.customers, app.totals TO ${name}_reader`,
  );
  const [identity, escrowIdentity] = [await generateIdentity(), await generateIdentity()];
  const keys = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const { backups } = parseSettings({
    environment: "test",
    backups: {
      bucket: name,
      identity,
      recipients: [
        { name: "operations", publicKey: await identityToRecipient(identity) },
        { name: "safe", publicKey: await identityToRecipient(escrowIdentity), escrow: true },
      ],
      signingKey: keys.privateKey,
      verifyKey: keys.publicKey,
      countedTables: ["app.orders", "app.customers"],
      jobs: 2,
    },
  });
  if (backups === undefined) throw new Error("the settings have no backups");
  const create: CreateOptions = {
    environment: "test",
    databaseUrl: postgres.url(name),
    settings: backups,
    prefix: "test",
    store: openStore(client, name),
    client,
    now: () => new Date(),
  };
  return { settings: backups, escrowIdentity, client, create };
}
