import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import { shippedPack } from "../policy/check.ts";
import { rulesDocument } from "../policy/report/rules.ts";
import { register } from "./policy.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "policy-"));
const file = path.join(folder, "state.json");
let printed = "";

beforeEach(() => {
  printed = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = 0;
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

async function run(...args: string[]): Promise<void> {
  const program = new Command().exitOverride();
  register(program);
  await program.parseAsync(["policy", ...args], { from: "user" });
}

function record(inputs: object): string {
  const urn = (type: string, name: string) => `urn:pulumi:development::shop::${type}::${name}`;
  const resources = [
    { urn: urn("pulumi:pulumi:Stack", "shop-development"), type: "pulumi:pulumi:Stack" },
    {
      urn: urn("aws:rds/clusterInstance:ClusterInstance", "db"),
      type: "aws:rds/clusterInstance:ClusterInstance",
      inputs,
    },
  ];
  fs.writeFileSync(file, JSON.stringify({ version: 3, deployment: { resources } }));
  return file;
}

test("list prints a line a rule, beginning with its name", async () => {
  await run("list");
  const names = shippedPack().rules.map(({ name }) => name);
  expect(
    printed
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ).toEqual(names.sort((a, b) => a.localeCompare(b)));
});

test("list --json prints every rule", async () => {
  await run("list", "--json");
  expect(JSON.parse(printed)).toHaveLength(shippedPack().rules.length);
});

test("explain prints one rule in full", async () => {
  await run("explain", "vercel-headers-csp-strength");
  expect(printed).toMatch(/^vercel-headers-csp-strength: The content security policy holds\n/);
  expect(printed).toContain("Mend:");
});

test("explain refuses a name that is none, and offers those that are like it", async () => {
  await expect(run("explain", "csp-strength")).rejects.toThrow(
    "there is no rule csp-strength; did you mean vercel-headers-csp-strength?",
  );
});

test("check ends with 3 when something is refused", async () => {
  await run("check", record({ publiclyAccessible: true }), "--json");
  const report = JSON.parse(printed) as { findings: { level: string; message: string }[] };
  const mandatory = report.findings.filter(({ level }) => level === "mandatory");
  expect(mandatory).toMatchObject([{ rule: "aws-rds-private", message: "publiclyAccessible is true" }]);
  expect(process.exitCode).toBe(3);
});

test("check ends with 0 when nothing is", async () => {
  await run("check", record({ publiclyAccessible: false }));
  expect(printed).toContain("Nothing is refused.");
  expect(process.exitCode ?? 0).toBe(0);
});

test("check --decided ends with 3 while a mandatory rule is undecided", async () => {
  await run("check", record({ publiclyAccessible: "[unknown]" }));
  expect(process.exitCode ?? 0).toBe(0);
  await run("check", record({ publiclyAccessible: "[unknown]" }), "--decided");
  expect(process.exitCode).toBe(3);
});

test("check writes SARIF and JUnit to files", async () => {
  const output = path.join(folder, "report");
  await run("check", record({ publiclyAccessible: true }), "--format", "sarif", "--output", output);
  expect(JSON.parse(fs.readFileSync(output, "utf8"))).toMatchObject({ version: "2.1.0" });
  await run("check", record({ publiclyAccessible: true }), "--format", "junit", "--output", output);
  expect(fs.readFileSync(output, "utf8")).toMatch(/^<\?xml/);
});

test("check refuses what is no record, with what to give instead", async () => {
  fs.writeFileSync(file, "{");
  await expect(run("check", file)).rejects.toMatchObject({
    exitCode: 2,
    remedy: expect.stringContaining("state export"),
  });
});

test("docs/policies.md is current", () => {
  const { config, rules } = shippedPack();
  const written = fs.readFileSync(path.join(__dirname, "..", "docs", "policies.md"), "utf8");
  expect(written).toBe(rulesDocument(rules, config));
});
