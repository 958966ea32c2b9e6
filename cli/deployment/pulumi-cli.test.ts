import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { TrialProject } from "../../testing/trial-project.ts";

jest.setTimeout(30_000);

let trial: TrialProject;
beforeEach(() => {
  trial = new TrialProject("export const nothing = 1;\n");
  mkdirSync(path.join(trial.directory, "bin"));
  trial.write(
    "bin/pulumi",
    '#!/bin/sh\nprintf "%s|" "$PWD" "$PULUMI_BACKEND_URL" "$@" > "$TRIAL_LOG"\nexit $TRIAL_EXIT\n',
  );
  chmodSync(path.join(trial.directory, "bin/pulumi"), 0o755);
});
afterEach(() => trial.remove());

async function run(words: string[], exit = "0") {
  const log = path.join(trial.directory, "log");
  const environment = { PATH: `${path.join(trial.directory, "bin")}:/usr/bin:/bin`, TRIAL_LOG: log, TRIAL_EXIT: exit };
  const ran = await trial.run(words, environment);
  const [cwd = "", backend = "", ...rest] = readFileSync(log, "utf8").split("|").slice(0, -1);
  return { ...ran, cwd, backend, words: rest };
}

test("--cloud hands the same command to the Pulumi CLI on the project itself", async () => {
  const ran = await run(["up", "staging", "--cloud", "--diff", "--target", "urn:a", "--yes", "--plan", "p.json"]);
  expect(ran).toMatchObject({ code: 0, cwd: trial.directory, backend: "" });
  expect(ran.out).toMatch(/^up staging on the real accounts \(cloud\); Pulumi CLI\n/);
  expect(ran.words).toEqual([
    ...["up", "--diff", "--target", "urn:a", "--plan", path.join(trial.directory, "p.json"), "--yes"],
    ...["--stack", "staging"],
  ]);
});

test("on the sandbox it works on an overlay that names the sandbox's plugins, on the same state", async () => {
  const ran = await run(["preview", "staging", "--engine", "pulumi", "--json"]);
  const overlay = path.join(trial.directory, ".thorbis/overlay/staging");
  expect(ran).toMatchObject({ cwd: overlay, backend: `file://${trial.directory}/.thorbis/state` });
  expect(ran.words).toEqual(["preview", "--json", "--stack", "staging"]);
  const project = parse(readFileSync(path.join(overlay, "Pulumi.yaml"), "utf8"));
  expect(project).toMatchObject({ name: "trial", main: "index.ts", plugins: { providers: expect.any(Array) } });
  const names = project.plugins.providers.map((provider: { name: string; path: string }) => provider.name);
  expect(names).toEqual(expect.arrayContaining(["aws", "random", "vercel"]));
  for (const { path: folder } of project.plugins.providers)
    expect(existsSync(`${folder}/PulumiPlugin.yaml`)).toBe(true);
  const stack = parse(readFileSync(path.join(overlay, "Pulumi.staging.yaml"), "utf8"));
  expect(stack.encryptionsalt).toMatch(/^v1:.+:v1:/);
  // The CLI refuses a stack that does not exist.
  expect(existsSync(path.join(trial.directory, ".thorbis/state/.pulumi/stacks/trial/staging.json"))).toBe(true);
  expect(readFileSync(path.join(trial.directory, "Pulumi.staging.yaml"), "utf8")).not.toContain("encryptionsalt");
  expect(existsSync(path.join(overlay, "index.ts"))).toBe(true);
  expect(readFileSync(path.join(trial.directory, "Pulumi.yaml"), "utf8")).not.toContain("plugins");
});

test.each([
  ["up development", ["up", "--yes", "--skip-preview"]],
  ["up development --cloud", ["up"]],
  ["refresh development --preview-only", ["refresh", "--preview-only"]],
  ["destroy staging --sandbox", ["destroy"]],
])("%s asks as much of the CLI's user as of the embedded engine's", async (line, words) => {
  const { words: given } = await run([...line.split(" "), "--engine", "pulumi"]);
  expect(given.slice(0, -2)).toEqual(words);
});

test("the overlay leaves what is quoted in quotes: the CLI takes a bare date for a time", async () => {
  const file = "Pulumi.staging.yaml";
  trial.write(file, 'config:\n  trial:since: "2026-01-01"\n');
  await run(["preview", "staging", "--engine", "pulumi"]);
  const overlay = path.join(trial.directory, ".thorbis/overlay/staging", file);
  expect(readFileSync(overlay, "utf8")).toContain('trial:since: "2026-01-01"');
});

describe("where no CLI is on PATH", () => {
  const home = () => path.join(trial.directory, "pulumi-home");

  function npx(script: string): void {
    renameSync(path.join(trial.directory, "bin/pulumi"), path.join(trial.directory, "the-cli"));
    trial.write("bin/npx", `#!/bin/sh\n${script}`);
    chmodSync(path.join(trial.directory, "bin/npx"), 0o755);
  }

  const begin = (words: string[]) =>
    trial.run(words, {
      PATH: `${path.join(trial.directory, "bin")}:/usr/bin:/bin`,
      PULUMI_HOME: home(),
      TRIAL_LOG: path.join(trial.directory, "log"),
      TRIAL_EXIT: "0",
    });

  test("the npm launcher gets it once, in its pinned release", async () => {
    npx(
      `echo "$@" >> "$PULUMI_HOME.npx"; to="$PULUMI_HOME/versions/3.261.0/bin"; mkdir -p "$to"; cp the-cli "$to/pulumi"`,
    );
    const words = ["preview", "staging", "--engine", "pulumi"];
    expect(await begin(words)).toMatchObject({ code: 0 });
    expect(await begin(words)).toMatchObject({ code: 0 });
    expect(readFileSync(`${home()}.npx`, "utf8")).toBe("--yes pulumi@3.261.0 version\n");
    expect(readFileSync(path.join(trial.directory, "log"), "utf8")).toContain("preview|--stack|staging|");
  });

  test("a download that fails is told with its reason and what else can be done", async () => {
    npx('echo "pulumi: fetch failed" >&2; exit 1');
    const { code, err } = await begin(["preview", "staging", "--engine", "pulumi"]);
    expect(code).toBe(2);
    expect(err).toContain("its npm launcher could not download it: pulumi: fetch failed");
    expect(err).toContain("leave --engine out: the embedded engine needs no download");
  });

  test("nothing is downloaded to work on a cloud", async () => {
    npx('touch "$PULUMI_HOME.npx"');
    const { code, err } = await begin(["preview", "staging", "--cloud"]);
    expect(code).toBe(2);
    expect(err).toContain("the Pulumi CLI is not on PATH");
    expect(existsSync(`${home()}.npx`)).toBe(false);
  });
});

test.each([
  ["7", 4],
  ["255", 1],
  ["0", 0],
])("the CLI's end %s is ours as %s", async (theirs, ours) => {
  expect((await run(["preview", "staging", "--cloud"], theirs)).code).toBe(ours);
});
