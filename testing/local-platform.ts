/**
 * The whole platform on this machine for one test file: `./thorbis up development` in a folder of its own, with its own
 * state, services and ports. It takes half a minute, so one file shares it; what it leaves is removed in any case.
 */
import { spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeServices } from "../sandbox/services/ensure.ts";
import { type Layout, layoutOf } from "../sandbox/services/layout.ts";
import { awsInstalled } from "./aws.ts";
import { postgresInstalled } from "./postgres.ts";

const root = join(import.meta.dirname, "..");

export interface Said {
  code: number | null;
  out: string;
  err: string;
}

export interface LocalPlatform {
  directory: string;
  layout: Layout;
  /** `./thorbis WORDS` on this platform. */
  run(...words: string[]): Promise<Said>;
}

const redisInstalled = ["/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server"].some(
  (path) => existsSync(path),
);

const missing = [
  ...(postgresInstalled ? [] : ["a Postgres server"]),
  ...(redisInstalled ? [] : ["redis-server"]),
  ...(awsInstalled ? [] : ["the AWS emulator"]),
];

export const describeWithPlatform = (name: string, tests: () => void): void => {
  if (missing.length === 0) describe(name, tests);
  else describe.skip(`${name} (skipped: not installed: ${missing.join(", ")})`, tests);
};

/** A project of the product's own program, applied before the tests of the file and removed after them. */
export function useLocalPlatform(): () => LocalPlatform {
  let platform: LocalPlatform | undefined;
  beforeAll(async () => {
    platform = makeLocalPlatform();
    const { code, out, err } = await platform.run("up", "development");
    if (code !== 0) throw new Error(`up development ended with ${code}\n${out}\n${err}`);
  }, 300_000);
  afterAll(async () => {
    if (platform) await removeLocalPlatform(platform);
  }, 60_000);
  return () => {
    if (!platform) throw new Error("useLocalPlatform: the platform is not running here");
    return platform;
  };
}

/** Ends what runs there and removes the folder. */
export async function removeLocalPlatform({ directory, layout }: LocalPlatform): Promise<void> {
  await removeServices({ root: directory, stack: layout.stack });
  rmSync(directory, { recursive: true, force: true });
}

/** The project, of which nothing runs yet. */
export function makeLocalPlatform(): LocalPlatform {
  const directory = mkdtempSync(join(tmpdir(), "thorbis-platform-"));
  // Postgres runs under another name when we are root, and must get through to its directory.
  chmodSync(directory, 0o711);
  mkdirSync(join(directory, ".thorbis", "local"), { recursive: true, mode: 0o711 });
  for (const file of ["Pulumi.yaml", "package.json"]) copyFileSync(join(root, file), join(directory, file));
  // Development's alarms are quiet; here they speak, and the burn rates of the objectives are declared with them.
  const settings = readFileSync(join(root, "Pulumi.development.yaml"), "utf8");
  writeFileSync(
    join(directory, "Pulumi.development.yaml"),
    settings.replace(/(monitoring:\s+enabled:) false/, "$1 true"),
  );
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  writeFileSync(join(directory, "index.ts"), `export * from ${JSON.stringify(join(root, "index.ts"))};\n`);
  const layout = layoutOf(directory);
  // The emulator's programs are an installation: they are not made anew for a test.
  symlinkSync(layoutOf(root).venv, layout.venv);
  return { directory, layout, run: (...words) => run(directory, words) };
}

function run(directory: string, words: string[]): Promise<Said> {
  const child = spawn(process.execPath, [join(root, "cli/main.ts"), ...words, "--cwd", directory], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", NODE_COMPILE_CACHE: join(tmpdir(), "thorbis-compile-cache") },
  });
  const said: Said = { code: null, out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said.err += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ ...said, code }));
  });
}
