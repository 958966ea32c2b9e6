/**
 * `node bench/engine.ts [--json FILE] [--rounds 5]`: the embedded engine on the generated graph. Every figure is a
 * median, measured by turns with its baseline, each in a process of its own.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs, promisify } from "node:util";
import { launcher, root } from "./command.ts";
import { type Figure, figure, median, tell } from "./figures.ts";
import type { Measurement } from "./graph/measured.ts";

type Timed = Pick<Measurement, "milliseconds">;

const run = promisify(execFile);
const graph = join(import.meta.dirname, "graph");

async function measure(mode: string, resources: number, ...commands: string[]): Promise<Measurement[]> {
  const { stdout } = await run(process.execPath, [join(graph, "measured.ts"), mode, String(resources), ...commands]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const time = (series: Timed[]): number => median(series.map(({ milliseconds }) => milliseconds));
const memory = (series: Measurement[]): number => median(series.map(({ memoryMiB }) => memoryMiB));

/** Runs the variants by turns; the last measurement of each process counts. */
async function byTurns<T>(rounds: number, variants: Record<string, () => Promise<T[]>>): Promise<Record<string, T[]>> {
  const series: Record<string, T[]> = {};
  for (let round = 0; round < rounds; round++)
    for (const [name, variant] of Object.entries(variants)) {
      const last = (await variant()).at(-1);
      if (last !== undefined) series[name] = [...(series[name] ?? []), last];
    }
  return series;
}

async function previews(resources: number, rounds: number): Promise<Figure[]> {
  const { mocks = [], preview = [] } = await byTurns(rounds, {
    mocks: () => measure("mocks", resources),
    preview: () => measure("engine", resources, "preview"),
  });
  const of = `of ${resources} resources`;
  return [
    figure(`preview ${of}, against the SDK's mocks`, "ms", time(mocks), time(preview), 1.5),
    figure(`memory of a preview ${of}, against the SDK's mocks`, "MiB", memory(mocks), memory(preview), 1.3),
  ];
}

/** Milliseconds of the whole command, as a person starts it and waits for it. */
async function previewCommand(resources: number, ...words: string[]): Promise<Timed[]> {
  const began = performance.now();
  const child = spawn(launcher, ["preview", "bench", "--cwd", graph, "--json", ...words], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, GRAPH_RESOURCES: String(resources) },
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`the preview ended with ${code}: ${said}`);
  return [{ milliseconds: performance.now() - began }];
}

/**
 * The pack starts while the command still loads the SDK, so the whole command is measured: from an engine that is loaded
 * already, its start would be seen and not what it overlaps with. A tenth more or less is what two runs of the same
 * differ by: only many turns tell a share of that size.
 */
async function packShare(resources: number, rounds: number, goal: number): Promise<Figure> {
  const { preview = [], policies = [] } = await byTurns(rounds * 3, {
    preview: () => previewCommand(resources, "--no-policy-pack"),
    policies: () => previewCommand(resources, "--policy-pack", join(root, "policy")),
  });
  const what = `\`preview\` with the policy pack of ${resources} resources, against one without`;
  return figure(what, "ms", time(preview), time(policies), goal);
}

async function growth(command: string, what: string, rounds: number): Promise<Figure> {
  const { small = [], large = [] } = await byTurns(rounds, {
    small: () => measure("engine", 331, command),
    large: () => measure("engine", 5000, command),
  });
  return figure(`${what} cost of a resource at 5000, against 331`, "ms", time(small) / 331, time(large) / 5000, 1);
}

/** The pack starts beside the program: the first resource can wait no longer than this. */
async function packStart(rounds: number): Promise<Figure> {
  const { start = [] } = await byTurns(rounds, { start: () => measure("pack", 0) });
  return figure("start of the policy pack, against what the first resource may wait", "ms", 300, time(start), 1);
}

async function applies(rounds: number): Promise<Figure[]> {
  const {
    preview = [],
    up = [],
    again = [],
  } = await byTurns(rounds, {
    preview: () => measure("engine", 1101, "preview"),
    up: () => measure("engine", 1101, "up"),
    again: () => measure("engine", 1101, "up", "up"),
  });
  return [
    figure("up of 1101 resources, against their preview", "ms", time(preview), time(up), 2.5),
    figure("second up of 1101 resources, against their preview", "ms", time(preview), time(again), 1),
  ];
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: "string" }, rounds: { type: "string", default: "5" } } });
  const rounds = Number(values.rounds);
  const figures = [
    ...(await previews(331, rounds)),
    ...(await previews(1101, rounds)),
    await packShare(331, rounds, 1.2),
    await packShare(1101, rounds, 1.1),
    await packStart(rounds),
    await growth("preview", "preview's", rounds),
    await growth("policies", "preview's with the policy pack", rounds),
    ...(await applies(rounds)),
  ];
  tell(figures, values.json);
}

await main();
