import type pg from "pg";
import { withConnection } from "../database/connection.ts";
import type { Check } from "../verification/check.ts";
import type { JobDatabase } from "./databases.ts";

/** Checks that ask a database, each over a connection of its own. `activity` is what the server's lists call it. */
export const databaseCheck =
  (activity: string) =>
  (database: JobDatabase, title: string, remedy: string, run: (client: pg.Client) => Promise<string>): Check => ({
    name: `${title} of ${database.name}`,
    remedy,
    run: () => withConnection(database.url, activity, run),
  });
