import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { environmentFile, writeEnvironmentFile } from "./environment-file.ts";

describe(".env.local", () => {
  const directory = mkdtempSync(join(tmpdir(), "thorbis-env-"));
  const path = join(directory, "apps", "site", ".env.local");
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const content = (value: string) => environmentFile([{ name: "A", value, description: "a value" }], "/authority.pem");

  it.each([
    "plain",
    "with blanks # and hash",
    "it's",
    "a$b",
    'say "x"',
    "",
    "postgresql://u:p%40@localhost:5/d?sslmode=require",
  ])("keeps %j as it is", (value) => {
    expect(parseEnv(content(value))).toEqual({ A: value });
  });

  it("is written for its owner only, and again when something changed", () => {
    expect(writeEnvironmentFile(path, content("1"))).toBe(true);
    expect(writeEnvironmentFile(path, content("1"))).toBe(false);
    expect(writeEnvironmentFile(path, content("2"))).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("refuses to overwrite what was made by hand", () => {
    writeFileSync(path, "A=mine\n");
    expect(() => writeEnvironmentFile(path, content("3"))).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining("by hand") }),
    );
    expect(readFileSync(path, "utf8")).toBe("A=mine\n");
  });
});
