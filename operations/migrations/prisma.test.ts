import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPrisma } from "./prisma.ts";

/** Stands for the product's own Prisma: notes how it was called and answers as the real command does. */
const SCRIPT = `#!/bin/sh
printf '%s|%s' "$*" "$DATABASE_URL" > "$PWD/called"
case "$2" in
  status)
    case "$DATABASE_URL" in
      */unreachable) echo "Error: P1001: Can't reach database server"; exit 1;;
    esac
    echo "Following migration have not yet been applied"; exit 1;;
  deploy) echo "Error: P3018 at $DATABASE_URL" >&2; exit 2;;
  *) exit 0;;
esac
`;
const URL_WITH_SECRET = "postgresql://helpdesk:s%40cret@127.0.0.1:5432/helpdesk";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "thorbis-prisma-"));
  await writeFile(join(directory, "prisma"), SCRIPT);
  await chmod(join(directory, "prisma"), 0o755);
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const product = () => ({ directory, command: [join(directory, "prisma")] as const });

it("reads exit code 1 of status as pending, and hands the address over in the environment only", async () => {
  expect((await runPrisma(product(), URL_WITH_SECRET, { kind: "status" })).pending).toBe(true);
  expect(await readFile(join(directory, "called"), "utf8")).toBe(`migrate status|${URL_WITH_SECRET}`);
});

it("does not take a database that cannot be asked for one with pending migrations", async () => {
  const asked = runPrisma(product(), URL_WITH_SECRET.replace(/helpdesk$/, "unreachable"), { kind: "status" });
  await expect(asked).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining("P1001") });
});

it("resolves a failed migration by its name", async () => {
  await runPrisma(product(), URL_WITH_SECRET, {
    kind: "resolve",
    migration: "20240101120000_add_tickets",
    as: "rolled-back",
  });
  expect(await readFile(join(directory, "called"), "utf8")).toContain(
    "migrate resolve --rolled-back 20240101120000_add_tickets|",
  );
});

it("refuses a name that Prisma could read as an option", async () => {
  await expect(
    runPrisma(product(), URL_WITH_SECRET, { kind: "resolve", migration: "--schema=x", as: "applied" }),
  ).rejects.toThrow("not the name of a Prisma migration");
});

it("fails with Prisma's message, without the password", async () => {
  const failure = runPrisma(product(), URL_WITH_SECRET, { kind: "deploy" });
  await expect(failure).rejects.toThrow(/P3018 at \[secret\]/);
  await expect(failure).rejects.not.toThrow(/s%40cret|s@cret/);
});

it("explains a Prisma that is not installed", async () => {
  await expect(
    runPrisma({ directory, command: ["/nowhere/prisma"] }, URL_WITH_SECRET, { kind: "status" }),
  ).rejects.toMatchObject({ exitCode: 2 });
});
