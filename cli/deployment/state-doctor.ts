/** `./thorbis state doctor`: what is wrong with a stack's state and its locks; mends on request, after a backup. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Command } from "commander";
import { readProject } from "../../engine/config/project.ts";
import { organization } from "../../engine/state/layout.ts";
import { type Cloud, diagnose, type Finding, parseState, repair } from "../../operations/state/doctor.ts";
import { judgeLock, type LockOwner, type LockVerdict } from "../../operations/state/locks.ts";
import { World } from "../../sandbox/world.ts";
import { printJson } from "../print.ts";
import { type Flags, targetOptions } from "./flags.ts";
import { type HeldLock, locksInFolder, locksOfBackend } from "./held-locks.ts";
import { capturePulumi } from "./pulumi-cli.ts";
import { openSession, stateRoot } from "./session.ts";
import { describeTarget, type Target, targetOf } from "./target.ts";

type DoctorFlags = Pick<Flags, "cwd" | "sandbox" | "cloud" | "engine" | "json"> & {
  repair?: boolean;
  run?: string;
};

interface Patient {
  exported: string;
  cloud: Cloud;
  locks: HeldLock[];
  /** Writes the mended state back, after the old one was kept beside it. @returns where the old one is */
  write(text: string): Promise<string>;
}

const examples = `
Examples:
  ./thorbis state doctor development                    says what is wrong; changes nothing
  ./thorbis state doctor development --repair           mends what can be mended, after a backup of the state
  ./thorbis state doctor production --cloud
  ./thorbis state doctor production --cloud --run OWNER/REPOSITORY/actions/runs/ID --repair

The Pulumi CLI's locks do not say which run of CI took them: --run names it, and the host is asked whether it is over.
`;

export function registerDoctor(state: Command): void {
  targetOptions(state.command("doctor"))
    .description(
      "Find locks of the dead, operations that were under way, and references to what is gone. A dry run by default.",
    )
    .argument("<stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--repair", "mend what can be mended; the state before is kept")
    .option("--run <run>", "the run of CI that took a lock of user 'runner': OWNER/REPOSITORY/actions/runs/ID")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", examples)
    .action(doctor);
}

async function doctor(stack: string, flags: DoctorFlags): Promise<void> {
  const target = targetOf("preview", stack, flags);
  process.stderr.write(`${describeTarget("state doctor", stack, target)}\n`);
  const patient =
    target.engine === "pulumi" ? await throughPulumi(stack, flags, target) : await onSandbox(stack, flags);
  const state = parseState(patient.exported);
  const findings = await diagnose(state, patient.cloud);
  const locks = await Promise.all(patient.locks.map(({ owner }) => judgeLock(ofRun(owner, flags.run), surroundings())));
  if (flags.json) printJson({ findings, locks });
  else tell(findings, locks);
  const mendable = findings.filter((finding) => finding.repair !== "none");
  if (flags.repair) {
    for (const [index, lock] of locks.entries()) if (lock.action === "release") await patient.locks[index]?.release();
    if (mendable.length > 0) {
      const kept = await patient.write(JSON.stringify(repair(state, findings), null, 4));
      process.stderr.write(`mended ${mendable.length}; the state before is in ${kept}\n`);
    }
  }
  const open = findings.length - (flags.repair ? mendable.length : 0);
  process.exitCode = open > 0 || locks.some(({ action }) => action === "keep") ? 4 : 0;
}

/** GitHub's runners all have the same user; nobody else's lock is taken for a run's. */
const ofRun = (owner: LockOwner, run: string | undefined): LockOwner =>
  run !== undefined && owner.run === undefined && owner.username === "runner" ? { ...owner, run } : owner;

function tell(findings: readonly Finding[], locks: readonly LockVerdict[]): void {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  for (const { owner, ageMinutes, action, reason } of locks) {
    write(
      `lock of ${owner.username}@${owner.hostname}, ${ageMinutes} min old: ${action === "release" ? "can be released" : "kept"}: ${reason}`,
    );
  }
  for (const { kind, urn, detail, repair: mend } of findings) {
    write(`${kind.padEnd(9)} ${urn}\n          ${detail}${mend === "none" ? "" : ` [--repair: ${mend}]`}`);
  }
  if (findings.length + locks.length === 0) write("nothing is wrong");
}

const surroundings = () => ({
  hostname: os.hostname(),
  now: new Date(),
  isAlive: (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  },
  runIsOver: askAboutRun,
});

/** `owner/repository/actions/runs/ID`, asked of the host with the token of the environment. */
async function askAboutRun(run: string): Promise<boolean | undefined> {
  const token = process.env.GITHUB_TOKEN;
  const parts = /^([\w.-]+\/[\w.-]+)\/actions\/runs\/(\d+)$/.exec(run);
  if (!token || !parts) return undefined;
  const api = process.env.GITHUB_API_URL ?? "https://api.github.com";
  try {
    const response = await fetch(`${api}/repos/${parts[1]}/actions/runs/${parts[2]}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as { status?: string };
    return response.ok && answer.status !== undefined ? answer.status === "completed" : undefined;
  } catch {
    return undefined;
  }
}

async function onSandbox(stack: string, { cwd }: DoctorFlags): Promise<Patient> {
  const session = await openSession(cwd, stack);
  const exported = await session.state.export({ showSecrets: false });
  const world = new World(path.join(session.local, "sandbox"));
  const records = world.list();
  world.close();
  const mine = records.filter(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::${session.project.name}::`));
  return {
    exported,
    locks: locksInFolder({ root: stateRoot(session.project), project: session.project.name, stack: session.stack }),
    cloud: {
      presence: async ({ type, id, urn }) => {
        if (type.startsWith("pulumi:")) return { presence: "exists" };
        const found = id
          ? records.find((record) => record.type === type && record.id === id)
          : mine.find((record) => record.urn === urn);
        return found ? { presence: "exists", id: found.id } : { presence: "gone" };
      },
      tagged: async () => mine.map(({ id, type }) => ({ id, type })),
    },
    write: async (text) => {
      const kept = keep(session.local, stack, exported);
      const lock = await session.state.lock(`thorbis state doctor ${stack}`);
      try {
        await session.state.import(text, "state doctor");
      } finally {
        await lock.release();
      }
      return kept;
    },
  };
}

/** The cloud is asked by a refresh that records nothing; what cannot be asked that way is left to a person. */
async function throughPulumi(stack: string, { cwd }: DoctorFlags, target: Target): Promise<Patient> {
  const pulumi = (...words: string[]) => capturePulumi({ directory: cwd, stack, target, arguments: words });
  const { name: project } = await readProject(cwd);
  const address = target.world === "cloud" ? process.env.PULUMI_BACKEND_URL : undefined;
  const locks = await locksOfBackend(address, { project, stack });
  const exported = await pulumi("stack", "export");
  // A refresh waits for nobody: it ends at the first lock.
  const gone = locks.length > 0 ? undefined : await goneFromCloud(pulumi);
  return {
    exported,
    locks,
    cloud: {
      presence: async ({ urn, id }) => {
        if (!id || gone === undefined) return { presence: "unknown" };
        return { presence: gone.has(urn) ? "gone" : "exists" };
      },
    },
    write: async (text) => {
      const kept = keep(path.join(cwd, ".thorbis"), stack, exported);
      const draft = path.join(cwd, ".thorbis", `mended-${stack}.json`);
      fs.writeFileSync(draft, text, { mode: 0o600 });
      try {
        await pulumi("stack", "import", "--file", draft);
      } finally {
        fs.rmSync(draft, { force: true });
      }
      return kept;
    },
  };
}

async function goneFromCloud(pulumi: (...words: string[]) => Promise<string>): Promise<Set<string>> {
  const { steps = [] } = JSON.parse(await pulumi("refresh", "--preview-only", "--json")) as {
    steps?: { op: string; urn: string }[];
  };
  return new Set(steps.filter(({ op }) => op === "delete").map(({ urn }) => urn));
}

function keep(local: string, stack: string, exported: string): string {
  const folder = path.join(local, "state-before-repair", organization);
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${stack}-${new Date().toISOString().replaceAll(":", "-")}.json`);
  fs.writeFileSync(file, exported, { mode: 0o600, flag: "wx" });
  return file;
}
