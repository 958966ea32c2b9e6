import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { writePrivate } from "../sandbox/services/files.ts";
import { layoutOf } from "../sandbox/services/layout.ts";
import { printedBy } from "../testing/printed.ts";
import { run } from "./program.ts";

describe("the services of this machine, as a person commands them", () => {
  const cwd = mkdtempSync(join(tmpdir(), "thorbis-local-cli-"));
  const layout = layoutOf(cwd);

  const thorbis = (...words: string[]) => printedBy(() => run([...words, "--cwd", cwd]));
  const local = (...words: string[]) => thorbis("local", ...words);

  afterAll(async () => {
    await local("reset", "--yes");
    rmSync(cwd, { recursive: true, force: true });
  }, 30_000);

  it("tells what runs without making anything", async () => {
    const { code, stdout } = await local("status", "--json");
    const states = JSON.parse(stdout).map(({ service, state }: Record<string, string>) => [service, state]);
    expect([code, states]).toEqual([
      0,
      ["postgres", "aws", "mail", "notifier", "edge"].map((service) => [service, "stopped"]),
    ]);
    expect(await local("stop")).toMatchObject({ code: 0, stdout: "nothing was running\n" });
    expect(existsSync(layout.directory)).toBe(false);
  });

  it("deletes nothing without --yes, and with it what was meant and no more", async () => {
    const kept = (service: string) => join(layout.service(service).directory, "data", "precious");
    for (const service of ["postgres", "aws"]) {
      mkdirSync(join(layout.service(service).directory, "data"), { recursive: true });
      writeFileSync(kept(service), "years of work");
    }
    for (const words of [["reset"], ["reset", "postgres"]]) {
      expect(await local(...words)).toMatchObject({
        code: 2,
        stderr: "reset deletes the data of the services\n  repeat it with --yes\n",
      });
    }
    expect(readFileSync(kept("postgres"), "utf8")).toBe("years of work");
    expect((await local("reset", "postgres", "--yes")).code).toBe(0);
    expect([existsSync(kept("postgres")), existsSync(kept("aws"))]).toEqual([false, true]);
    expect((await local("reset", "--yes")).code).toBe(0);
    expect(existsSync(layout.directory)).toBe(false);
  });

  it.each([
    [["start", "mysql"], "there is no local service mysql", "the services are: postgres, aws, mail, notifier, edge"],
    [["stop", "mysql"], "there is no local service mysql", "the services are:"],
    [["logs", "mysql"], "there is no local service mysql", "the services are:"],
    [["failover", "sessions"], "there is no local replication group sessions", "./thorbis up development"],
    [["fault", "postgres", "explode"], "explode is no fault", "stop, pause, slow, break"],
    [["fault", "postgres"], "no kind is no fault", "stop, pause, slow, break"],
    [["fault", "postgres", "stop", "--for", "soon"], "soon is no length of time", "30s or 2m"],
    [["fault", "postgres", "stop"], "postgres does not run", "./thorbis local start postgres"],
    [["worker"], "no worker is declared", "./thorbis up development"],
  ])("refuses %j with what to do instead", async (words, message, remedy) => {
    mkdirSync(layout.directory, { recursive: true });
    const { code, stderr } = await local(...words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).toContain(remedy);
  });

  it("refuses a visit and .env.local of what was never applied", async () => {
    for (const file of ["Pulumi.yaml", "Pulumi.development.yaml"])
      writeFileSync(join(cwd, file), file === "Pulumi.yaml" ? "name: thorbis\nruntime: nodejs\n" : "config: {}\n");
    const visit = await local("visit");
    expect([visit.code, visit.stderr]).toEqual([1, expect.stringContaining("has not been applied yet")]);
    const pull = await thorbis("env", "pull", "--to", cwd);
    expect([pull.code, pull.stderr]).toEqual([2, expect.stringContaining("declares none of these on this machine")]);
    expect((await thorbis("env", "pull", "no-app")).stderr).toContain("there is no app no-app");
  }, 30_000);

  it("starts a service, says how long it took, shows what it caught, and stops it", async () => {
    const started = await local("start", "mail");
    expect([started.code, started.stderr]).toEqual([0, expect.stringMatching(/^ready {5}mail {20} +\d+\.\d s$/m)]);
    expect((await local("start", "mail")).stderr).toMatch(/^kept /m);
    expect((await local("status")).stdout).toMatch(/^mail +running +\d+ +smtp:\/\/localhost:\d+/m);
    expect(await local("mail")).toMatchObject({ code: 0, stdout: "no mail was caught\n" });
    const transport = createTransport({
      ...{ host: "127.0.0.1", port: JSON.parse(readFileSync(layout.ports, "utf8")).mail, ignoreTLS: true },
    });
    await transport.sendMail({ from: "a@example.com", to: "b@example.com", subject: "Hello", text: "there" });
    transport.close();
    expect((await local("mail")).stdout).toMatch(/a@example\.com to b@example\.com\n {2}Hello\n {4}there/);
    const [caught] = JSON.parse((await local("mail", "--json")).stdout);
    expect(caught).toMatchObject({ to: ["b@example.com"], subject: "Hello" });
    expect((await local("logs", "mail")).code).toBe(0);
    expect(await local("fault", "mail", "pause", "--for", "1s")).toMatchObject({
      ...{ code: 0, stdout: "mail: pause for 1s; Ctrl-C heals it at once\nmail is healed\n" },
    });
    expect(await local("fault")).toMatchObject({ code: 0, stdout: "every service was healed\n" });
    expect((await local("status")).stdout).toMatch(/^mail +running /m);
    expect((await local("stop")).stderr).toMatch(/^stopped +mail /m);
    expect(JSON.parse((await local("status", "--json")).stdout)[2]).toMatchObject({
      service: "mail",
      state: "stopped",
    });
  }, 30_000);

  it("shows what alarms sent", async () => {
    const { directory } = layout.service("notifier");
    mkdirSync(directory, { recursive: true });
    const sent = {
      at: "2026-11-21T00:00:00Z",
      kind: "https",
      to: "https://events.pagerduty.com",
      subject: "ALARM",
      body: "x",
    };
    writePrivate(join(directory, "requests.jsonl"), `${JSON.stringify(sent)}\n`);
    expect((await local("notifications")).stdout).toBe(
      "2026-11-21T00:00:00Z  https https://events.pagerduty.com\n  ALARM\n    x\n",
    );
    expect(JSON.parse((await local("notifications", "--json")).stdout)).toEqual([sent]);
  });
});
