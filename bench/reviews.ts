/**
 * The review of ten typical pull requests, from the edit to the page: each is made in a clone of this repository,
 * collected against the commit, and rendered. `node bench/reviews.ts FOLDER [NAME…]` leaves `NAME.json`, `NAME.md` and
 * `NAME.html` there, and says what each took. `node bench/reviews.ts FOLDER numbers` measures the review of three
 * environments against one plain preview of production.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

interface PullRequest {
  environment: string;
  /** Each text has to stand in its file: an edit that finds nothing would be a review of nothing. */
  edits: [file: string, before: string, after: string][];
}

/** Written so that no reader takes it for a template of this file. */
const bucketName = (end: string) => `bucketName: \`thorbis-\${name}-${end}\``;

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
    edits: [["stacks/shared.ts", bucketName("backups"), bucketName("safekeeping")]],
  },
};

const root = path.resolve(import.meta.dirname, "..");

/** A clone, so that an edit never touches the tree of whoever measures. */
function clone(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "reviews-"));
  execFileSync("git", ["clone", "--quiet", root, folder]);
  fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "dir");
  return folder;
}

function edit(folder: string, { edits }: PullRequest): void {
  for (const [file, before, after] of edits) {
    const text = fs.readFileSync(path.join(folder, file), "utf8");
    if (!text.includes(before)) throw new Error(`${file} does not hold ${before}`);
    fs.writeFileSync(path.join(folder, file), text.replace(before, after));
  }
}

interface Measured {
  seconds: number;
  /** Of the processor, all processes together. */
  processorSeconds: number;
  /** The largest process. */
  megabytes: number;
}

/**
 * Never `./thorbis`: the launcher installs packages where the lock file is another one, and npm would empty the folder
 * that the clone only links to.
 */
const mainWith = (words: string[]) => ["--disable-warning=ExperimentalWarning", "cli/main.ts", ...words];

/** Under GNU time, which counts what the started processes used too. */
function measured(folder: string, words: string[]): Measured {
  const report = path.join(folder, ".thorbis", "time.txt");
  fs.mkdirSync(path.dirname(report), { recursive: true });
  const started = performance.now();
  execFileSync("/usr/bin/time", ["-f", "%U %S %M", "-o", report, process.execPath, ...mainWith(words)], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [user = 0, system = 0, kilobytes = 0] = fs.readFileSync(report, "utf8").trim().split(" ").map(Number);
  return {
    seconds: (performance.now() - started) / 1000,
    processorSeconds: user + system,
    megabytes: Math.round(kilobytes / 1024),
  };
}

const words = ({ seconds, processorSeconds, megabytes }: Measured) =>
  `${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of the processor, ${megabytes} MB`;

const say = (line: string) => process.stdout.write(`${line}\n`);

/** @returns what the collecting took; the rendering is told */
function review(folder: string, out: string, name: string, environments: string[]): Measured {
  const file = (ending: string) => path.join(out, `${name}.${ending}`);
  const only = environments.length > 0 ? ["--environment", ...environments] : [];
  const collected = measured(folder, ["report", "collect", "--base", "HEAD", ...only, "--out", file("json")]);
  const rendered = ["--markdown", file("md"), "--html", file("html")];
  execFileSync(process.execPath, mainWith(["report", "render", file("json"), ...rendered]), {
    cwd: folder,
    stdio: "inherit",
  });
  say(`${name}: ${words(collected)}; page ${Math.round(fs.statSync(file("html")).size / 1024)} kB`);
  return collected;
}

function numbers(folder: string, out: string): void {
  const plain = measured(folder, ["preview", "production"]);
  say(`a plain preview of production: ${words(plain)}`);
  const all: PullRequest = {
    environment: "",
    edits: ["app-domain", "variable"].flatMap((name) => pullRequests[name]?.edits ?? []),
  };
  edit(folder, all);
  const collected = review(folder, out, "all-environments", []);
  say(`${(collected.processorSeconds / plain.processorSeconds).toFixed(1)} times its processor time`);
}

const [out = "", ...chosen] = process.argv.slice(2);
if (out === "") throw new Error("usage: node bench/reviews.ts FOLDER [numbers | NAME…]");
fs.mkdirSync(out, { recursive: true });
const folder = clone();
try {
  if (chosen[0] === "numbers") numbers(folder, path.resolve(out));
  else {
    for (const [name, pullRequest] of Object.entries(pullRequests)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue;
      edit(folder, pullRequest);
      review(folder, path.resolve(out), name, [pullRequest.environment]);
      execFileSync("git", ["-C", folder, "checkout", "--quiet", "."]);
    }
  }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
