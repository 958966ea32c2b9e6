import { describeWithPostgres, usePostgres } from "../../testing/postgres.ts";
import { withConnection, withDatabase } from "./connection.ts";
import { dropDatabase } from "./sessions.ts";

describeWithPostgres("dropping a database", () => {
  const postgres = usePostgres();

  it("ends the sessions in it for a user without superuser, and is quiet about one that is gone", async () => {
    await postgres().query("postgres", "CREATE ROLE dropper LOGIN CREATEDB PASSWORD 'dropper'");
    const dropper = postgres().url("postgres", "dropper", "dropper");
    await withConnection(dropper, "test", async (client) => {
      await client.query("CREATE DATABASE busy");
      // A superuser's session, whose end the server has not seen yet when the database is dropped.
      await postgres().query("busy", "SELECT 1");
      await withConnection(withDatabase(dropper, "busy"), "test", async (session) => {
        await dropDatabase(client, "busy");
        await expect(session.query("SELECT 1")).rejects.toThrow();
      });
      await expect(client.query("SELECT FROM pg_database WHERE datname = 'busy'")).resolves.toMatchObject({
        rowCount: 0,
      });
      await expect(dropDatabase(client, "busy")).resolves.toBeUndefined();
    });
  });
});
