/**
 * The review of ten typical pull requests, from the edit to the page: each is made in a clone of this repository,
 * collected against the commit before, and rendered. `node bench/reviews.ts FOLDER [NAME…]` leaves `NAME.json`, `NAME.md`
 * and `NAME.html` there, and says what each took; `node bench/review-pictures.ts FOLDER` then takes their pictures. Without
 * a folder (or with `FOLDER numbers`) the review of three environments is measured against one plain preview of production.
 */
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { root } from "./command.ts";
import { type Figure, figure, tell } from "./figures.ts";
import { watchMemory } from "./memory.ts";

interface PullRequest {
  environment: string;
  /** Each text has to stand in its file: an edit that finds nothing would be a review of nothing. */
  edits: [file: string, before: string, after: string][];
}

/** Written so that no reader takes it for a template of this file. */
const bucketName = (end: string) => `\`thorbis-\${name}-${end}\``;

const development = "Pulumi.development.yaml";

const pullRequests: Record<string, PullRequest> = {
  "app-domain": {
    environment: "development",
    edits: [[development, "[hs.localhost], redirects: []", "[hs.localhost], redirects: [homes.localhost]"]],
  },
  variable: {
    environment: "staging",
    edits: [
      [
        "stacks/variables/services.ts",
        '  {\n    name: "STRIPE_WEBHOOK_SECRET",',
        '  {\n    name: "TAX_API_KEY",\n    description: "Rates of taxes",\n    receivers: businessApps,\n    tiers: everywhere,\n    requiredIn: everywhere,\n    exposure: "secret",\n    source: { kind: "operator" },\n    format: key("tax_"),\n  },\n  {\n    name: "STRIPE_WEBHOOK_SECRET",',
      ],
    ],
  },
  "pool-size": { environment: "development", edits: [[development, "poolSize: 5", "poolSize: 10"]] },
  "rate-limit": {
    environment: "development",
    edits: [[development, "requestsPerMinute: 1000", "requestsPerMinute: 1200"]],
  },
  "replica-region": {
    environment: "development",
    edits: [[development, "replicaRegion: us-west-2", "replicaRegion: eu-west-1"]],
  },
  "alarm-threshold": {
    environment: "staging",
    edits: [["Pulumi.staging.yaml", "maxErrorRatePercent: 5", "maxErrorRatePercent: 3"]],
  },
  "redis-node": {
    environment: "development",
    edits: [[development, "nodeType: cache.t4g.micro", "nodeType: cache.t4g.small"]],
  },
  "backup-retention": {
    environment: "development",
    edits: [[development, "backupRetentionDays: 7", "backupRetentionDays: 14"]],
  },
  budget: { environment: "development", edits: [[development, "monthlyDollars: 100", "monthlyDollars: 40"]] },
  "component-renamed": {
    environment: "development",
    edits: [["stacks/shared.ts", 'new BackupBucket(\n    "backups",', 'new BackupBucket(\n    "safekeeping",']],
  },
  "bucket-renamed": {
    environment: "development",
    edits: [["stacks/operations-settings.ts", bucketName("backups"), bucketName("safekeeping")]],
  },
};

/** A clone, so that an edit never touches the tree of whoever measures. */
function clone(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "reviews-"));
  execFileSync("git", ["clone", "--quiet", root, folder]);
  fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "dir");
  return folder;
}

/** The pull request's one commit. */
function edit(folder: string, name: string, { edits }: PullRequest): void {
  for (const [file, before, after] of edits) {
    const text = fs.readFileSync(path.join(folder, file), "utf8");
    if (!text.includes(before)) throw new Error(`${file} does not hold ${before}`);
    fs.writeFileSync(path.join(folder, file), text.replace(before, after));
  }
  const author = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"];
  execFileSync("git", ["-C", folder, ...author, "commit", "--quiet", "--all", "--message", name]);
}

interface Measured {
  seconds: number;
  /** Of the processor, all processes together. */
  processorSeconds: number;
  /** The most that all processes held at one time, what they share counted once. */
  megabytes: number;
}

/**
 * Never `./thorbis`: the launcher installs packages where the lock file is another one, and npm would empty the folder
 * that the clone only links to.
 */
const mainWith = (words: string[]) => ["--disable-warning=ExperimentalWarning", "cli/main.ts", ...words];

function command(folder: string, words: string[]): void {
  execFileSync(process.execPath, mainWith(words), { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/** Under GNU time, which counts what the started processes used too. */
async function measured(folder: string, words: string[]): Promise<Measured> {
  const report = path.join(folder, ".thorbis", "time.txt");
  fs.mkdirSync(path.dirname(report), { recursive: true });
  const started = performance.now();
  const child = spawn("/usr/bin/time", ["-f", "%U %S", "-o", report, process.execPath, ...mainWith(words)], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const memory = watchMemory(child.pid ?? 0);
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  const megabytes = memory.stop();
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}`);
  const seconds = (performance.now() - started) / 1000;
  const [user = 0, system = 0] = fs.readFileSync(report, "utf8").trim().split(" ").map(Number);
  return { seconds, processorSeconds: user + system, megabytes };
}

const told = ({ seconds, processorSeconds, megabytes }: Measured) =>
  `${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of the processor, ${megabytes} MB`;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** @returns what the collecting took, and the size of the page in kB; the rendering is told */
async function review(folder: string, out: string, name: string, environments: string[]) {
  const file = (ending: string) => path.join(out, `${name}.${ending}`);
  const only = environments.length > 0 ? ["--environment", ...environments] : [];
  const collected = await measured(folder, ["report", "collect", "--base", "HEAD~1", ...only, "--out", file("json")]);
  command(folder, ["report", "render", file("json"), "--markdown", file("md"), "--html", file("html")]);
  const kilobytes = Math.round(fs.statSync(file("html")).size / 1024);
  say(`${name}: ${told(collected)}; page ${kilobytes} kB`);
  return { collected, kilobytes };
}

/** The goals of the review: 3 plain previews, 1 GB, 2 MB. */
async function numbers(folder: string, out: string): Promise<Figure[]> {
  const edits = ["app-domain", "variable"].flatMap((name) => pullRequests[name]?.edits ?? []);
  edit(folder, "all-environments", { environment: "", edits });
  // The first look at a base makes its tree and fills the file cache for both sides.
  await review(folder, out, "all-environments", []);
  const plain = await measured(folder, ["preview", "production"]);
  say(`a plain preview of production: ${told(plain)}`);
  const { collected, kilobytes } = await review(folder, out, "all-environments", []);
  const name = "the review of three environments";
  return [
    figure(`${name}, time, against one preview of production`, "s", plain.seconds, collected.seconds, 3),
    figure(`${name}, processor`, "s", plain.processorSeconds, collected.processorSeconds, 4),
    figure(`${name}, memory of all processes, against a gigabyte`, "MB", 1024, collected.megabytes, 1),
    figure(`${name}, page, against 2 MB`, "kB", 2048, kilobytes, 1),
  ];
}

async function samples(folder: string, out: string, chosen: readonly string[]): Promise<void> {
  const base = execFileSync("git", ["-C", folder, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();
  for (const [name, pullRequest] of Object.entries(pullRequests)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    edit(folder, name, pullRequest);
    await review(folder, out, name, [pullRequest.environment]);
    execFileSync("git", ["-C", folder, "checkout", "--quiet", "--detach", base]);
  }
}

const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
const [given, ...chosen] = positionals;
const out = path.resolve(given ?? fs.mkdtempSync(path.join(os.tmpdir(), "review-pages-")));
fs.mkdirSync(out, { recursive: true });
const folder = clone();
try {
  if (given === undefined || chosen[0] === "numbers") tell(await numbers(folder, out), values.json);
  else await samples(folder, out, chosen);
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
  if (given === undefined) fs.rmSync(out, { recursive: true, force: true });
}
