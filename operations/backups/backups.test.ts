import { generateIdentity, identityToRecipient } from "age-encryption";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { describeWithAws, useAws } from "../../testing/aws.ts";
import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { parseSettings } from "../settings.ts";
import { type CreateOptions, createBackup } from "./create.ts";
import { readCatalogue } from "./sets.ts";
import { openStore } from "./store.ts";

describeWithAws("backups", () => {
  describeWithPostgres("of a real server", () => {
    const aws = useAws();
    const postgres = usePostgres();
    it("makes one", async () => {
      const client = new S3Client(aws().client);
      await client.send(new CreateBucketCommand({ Bucket: "backups" }));
      await postgres().query("postgres", "CREATE DATABASE app");
      await postgres().query("app", `CREATE TABLE orders (id bigserial PRIMARY KEY, note text); INSERT INTO orders (note) SELECT md5(i::text) FROM generate_series(1, 10000) i;
       CREATE TABLE "Odd Name" (id int GENERATED ALWAYS AS IDENTITY); CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM orders; SELECT lo_from_bytea(0, 'hello')`);
      const identity = await generateIdentity();
      const escrow = await generateIdentity();
      const settings = parseSettings({ environment: "test", backups: { bucket: "backups", identity, countedTables: ["public.orders"], recipients: [{name: "a", publicKey: await identityToRecipient(identity)}, {name: "b", escrow: true, publicKey: await identityToRecipient(escrow)}] } });
      if (!settings.backups) throw new Error();
      const store = openStore(client, "backups");
      const options: CreateOptions = { environment: "test", databaseUrl: postgres().url("app"), settings: settings.backups, prefix: "test", store, client, now: () => new Date() };
      const manifest = await createBackup(options);
      console.log(JSON.stringify(manifest, null, 1), (await readCatalogue(store, "test", undefined)).sets.length, await store.list(""));
    });
  });
});
