import type pg from "pg";
import { restoreRoles, splitStatements } from "./roles.ts";

const SCRIPT = `--
-- PostgreSQL database cluster dump
--
\\restrict abc
SET default_transaction_read_only = off;
CREATE ROLE app;
ALTER ROLE app WITH NOSUPERUSER INHERIT LOGIN NOREPLICATION NOBYPASSRLS PASSWORD 'SCRAM-SHA-256$4096:a;b''c';
COMMENT ON ROLE app IS 'reads;
writes';
CREATE ROLE "Odd ""Name";
CREATE ROLE old;
ALTER ROLE old WITH PASSWORD 'older';
GRANT app TO "Odd ""Name" WITH ADMIN OPTION GRANTED BY postgres;
GRANT old TO postgres GRANTED BY postgres;
\\unrestrict abc
`;

it("splits at the ends of statements only", () => {
  expect(splitStatements(SCRIPT)).toHaveLength(9);
  expect(splitStatements(SCRIPT)[3]).toBe("COMMENT ON ROLE app IS 'reads;\nwrites'");
});

it("creates what is missing, says nothing that only a superuser may, and leaves existing roles alone", async () => {
  const ran: string[] = [];
  const client = {
    query: async (sql: string) => {
      ran.push(sql);
      return { rows: [{ name: "old" }, { name: "postgres" }] };
    },
  } as unknown as pg.ClientBase;
  expect(await restoreRoles(client, SCRIPT)).toEqual(['Odd "Name', "app"]);
  expect(ran.slice(1)).toEqual([
    "CREATE ROLE app",
    "ALTER ROLE app WITH INHERIT LOGIN PASSWORD 'SCRAM-SHA-256$4096:a;b''c'",
    "COMMENT ON ROLE app IS 'reads;\nwrites'",
    'CREATE ROLE "Odd ""Name"',
    'GRANT app TO "Odd ""Name" WITH ADMIN OPTION',
  ]);
});
